"""What the agent answers: every request is judged, every answer to Hall is signed."""

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus

from hall import __version__
from hall.agent.auth import Gate, Refusal
from hall.agent.clock import AgentClock
from hall.agent.docker import Docker, without_docker
from hall.agent.events import EventFeed
from hall.agent.guards import Reporter, WantedGuards
from hall.agent.httpd import Asked, HttpReply
from hall.agent.responses import JSON, Response, ResponseLines, refused, response_of
from hall.agent.suspend import Rest
from hall.net import signing

_DOCKER = "/v1/docker"
_STATUS = {"too_many": HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentApp:
    """Answers requests: each is judged by ``gate`` first, and no refusal is an exception."""

    gate: Gate
    """Judges them; its key signs the answers."""

    clock: AgentClock
    """The agent's."""

    docker: Docker | None
    """The way to the engine; None on a server without."""

    guards: Reporter
    """Reads who is busy."""

    rest: Rest
    """Takes the order to sleep."""

    feed: EventFeed
    """Where streams get the power events."""

    beat_s: float
    """How often an idle stream beats, in seconds."""

    async def handle(self, asked: Asked) -> HttpReply:
        """Answer one request; the answer is signed if the request is, and is no replay."""
        self.rest.look()  # what was signed before a suspend is not to pass after it
        request = signing.SignedRequest(asked.method, asked.target, asked.body)
        admission = self.gate.admit(request, asked.all("authorization"), self.clock.now())
        if admission.refusal is None:
            outcome = await self._outcome(request)
        else:
            outcome = _refused(admission.refusal)
        return self._signed(outcome, admission.nonce)

    async def _outcome(self, request: signing.SignedRequest) -> Response:
        match request.method, request.target:
            case "GET", "/v1/hello":
                return response_of(
                    HTTPStatus.OK, {"instance": self.gate.instance, "hall": __version__}
                )
            case "GET", "/v1/news":
                return Response(HTTPStatus.OK, self.feed.listener(), dict(JSON))
            case "POST", "/v1/report":
                return await self._report(request.body)
            case "POST", "/v1/sleep":
                return await self._sleep(request.body)
            case method, target if target.startswith(f"{_DOCKER}/"):
                return await self._of_docker(method, target.removeprefix(_DOCKER))
            case _:
                return refused(
                    HTTPStatus.FORBIDDEN, "not_allowed", "the agent offers no such thing"
                )

    async def _of_docker(self, method: str, target: str) -> Response:
        if self.docker is None:
            return without_docker()
        return await self.docker.answer(method, target)

    async def _report(self, body: bytes) -> Response:
        wanted = WantedGuards.read(body)
        if wanted is None:
            return refused(HTTPStatus.BAD_REQUEST, "bad_request", "the body is not as expected")
        return response_of(HTTPStatus.OK, await self.guards.report(wanted))

    async def _sleep(self, body: bytes) -> Response:
        """Take an order, and tell if its command fails at once.

        An order names the instance that it is for: one from before a suspend is void.
        """
        if _named_instance(body) != self.gate.instance:
            text = "the server has slept, or the agent began anew, since the order was prepared"
            return refused(HTTPStatus.CONFLICT, "slept_since", text)
        if not self.rest.order():
            return refused(HTTPStatus.CONFLICT, "going", "the server is going to sleep already")
        if (why := await self.rest.trouble()) is not None:
            text = f"the sleep command failed: {why}"
            return refused(HTTPStatus.BAD_GATEWAY, "sleep_failed", text)
        return response_of(HTTPStatus.ACCEPTED, {"going": True})

    def _signed(self, outcome: Response, nonce: str | None) -> HttpReply:
        """Sign an answer to who signed the request; nobody else learns anything of the agent."""
        headers = dict(outcome.headers)
        if nonce is None:
            headers["www-authenticate"] = signing.SCHEME
            body = outcome.body if isinstance(outcome.body, bytes) else b""
            return HttpReply(status=outcome.status, headers=headers, body=body)
        headers[signing.AGENT] = signing.signed_clock(self.gate.instance, self.clock.now())
        whole = outcome.body if isinstance(outcome.body, bytes) else None
        answer = signing.SignedAnswer(outcome.status, headers, whole)
        headers[signing.SIGNATURE] = signing.answer_signature(self.gate.key, nonce, answer)
        if isinstance(outcome.body, bytes):
            return HttpReply(status=outcome.status, headers=headers, body=outcome.body, known=True)
        lines = SignedFeed(outcome.body, signing.LineSigner(self.gate.key, nonce), self.beat_s)
        return HttpReply(status=outcome.status, headers=headers, body=lines, known=True)


class SignedFeed:
    """A stream of lines, each signed, with a beat when there is nothing to say."""

    def __init__(self, lines: ResponseLines, signer: signing.LineSigner, beat_s: float) -> None:
        self._beat_s = beat_s
        self._lines = lines
        self._signer = signer
        self._ended = False

    async def chunk(self) -> bytes | None:
        """The next line, or a beat; None once the end was signed too."""
        if self._ended:
            return None
        try:
            async with asyncio.timeout(self._beat_s):
                line = await self._lines.line()
        except TimeoutError:
            return self._signer.line(b"")
        self._ended = line is None
        return self._signer.end() if line is None else self._signer.line(line)

    async def aclose(self) -> None:
        """Close the stream behind it; no end is signed, so that a cut is seen as one."""
        await self._lines.aclose()


def _refused(refusal: Refusal) -> Response:
    status = _STATUS.get(refusal.code, HTTPStatus.UNAUTHORIZED)
    return refused(status, refusal.code, refusal.message)


def _named_instance(body: bytes) -> object:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return asked.get("instance") if isinstance(asked, dict) else None
