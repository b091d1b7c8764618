"""An httpx transport that signs what it sends, and believes only answers that are signed."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx
from pydantic import BaseModel, ValidationError

from hall.adapters.agent.identity import AgentIdentity
from hall.adapters.agent.signed_stream import SignedLines
from hall.adapters.probes.connect_errors import UnfitError
from hall.core.model.reason import Reason, because
from hall.net import signing

ANSWER_LIMIT = 9 * 1024 * 1024
"""How many bytes an answer may have: a little more than one of Docker's."""

TRIES = 3
"""How often a request is signed anew, for an agent that has begun anew or whose time differs."""

_AGAIN = frozenset({"instance", "clock", "reordered"})
_STRANGE = because("agent_strange")
_UNSIGNED = {
    "unsigned": because("agent_unsigned"),
    "bad_signature": because("agent_other_key"),
    "replayed": because("agent_replayed"),
}


class _Error(BaseModel):
    code: str
    message: str
    details: dict[str, str] = {}


class AgentRefusal(BaseModel):
    """The agent's own shape of a refusal."""

    error: _Error


class SigningTransport(httpx.AsyncBaseTransport):
    """Signs requests to ``peer``; a refusal that only asks for a new signature is seen to here.

    Of an answer's headers, only the signed ones remain. One that goes on and on is given up when
    nothing came for ``silent_s``.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, peer: AgentIdentity, silent_s: float
    ) -> None:
        self._inner = inner
        self._peer = peer
        self._silent_s = silent_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            UnfitError: the answer is not the agent's, or the agent refuses Hall.
            OSError: Docker does not answer the agent.
            httpx.TransportError: there was no answer.
        """
        body, words = await request.aread(), ""
        for _ in range(TRIES):
            answer = await self._ask(request, body)
            refusal = _refusal(answer)
            if refusal is None:
                return answer
            words = refusal.message
            if refusal.code not in _AGAIN or not self._learn(answer):
                break
        raise UnfitError(because("agent_refuses_hall", why=words))

    async def aclose(self) -> None:
        """Close every pooled connection; a request that is under way fails."""
        await self._inner.aclose()

    def _learn(self, answer: httpx.Response) -> bool:
        return self._peer.learn(answer.headers.get(signing.AGENT, ""))

    async def _ask(self, request: httpx.Request, body: bytes) -> httpx.Response:
        stamp = self._peer.stamp()
        answer = await self._inner.handle_async_request(self._signed(request, body, stamp))
        try:
            return await self._checked(answer, stamp.nonce)
        except BaseException:
            await answer.aclose()
            raise

    def _signed(self, request: httpx.Request, body: bytes, stamp: signing.Stamp) -> httpx.Request:
        target = request.url.raw_path.decode("ascii")
        authorization = self._peer.sign(signing.SignedRequest(request.method, target, body), stamp)
        headers = httpx.Headers(request.headers)
        headers["Authorization"] = authorization
        return httpx.Request(
            request.method,
            request.url,
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )

    async def _checked(self, answer: httpx.Response, nonce: str) -> httpx.Response:
        signature = answer.headers.get(signing.SIGNATURE)
        if signature is None:
            raise UnfitError(await _why_unsigned(answer))
        named = (name for name in signing.SIGNED_HEADERS if name in answer.headers)
        headers = {name: answer.headers[name] for name in named}
        whole = None if "transfer-encoding" in answer.headers else await _body(answer)
        received = signing.SignedAnswer(answer.status_code, headers, whole)
        if not signing.answer_is_signed(self._peer.key, nonce, received, signature):
            raise UnfitError(_STRANGE)
        if whole is None:
            reader = signing.LineReader(self._peer.key, nonce)
            lines = SignedLines(answer, reader, self._silent_s)
            return httpx.Response(answer.status_code, headers=headers, stream=lines)
        await answer.aclose()
        return httpx.Response(answer.status_code, headers=headers, stream=_Whole(whole))


class _Whole(httpx.AsyncByteStream):
    """A body that is there: with ``content=``, httpx would take it for read already."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body


def _refusal(answer: httpx.Response) -> _Error | None:
    """Why the agent refuses Hall; None for every other answer.

    Raises:
        OSError: Docker does not answer the agent, as it would not answer Hall.
    """
    if not isinstance(answer.stream, _Whole):
        return None
    if trouble := answer.headers.get(signing.TROUBLE):
        raise _trouble(trouble, answer.stream.body)
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        return None
    return _read(answer.stream.body)


def _trouble(trouble: str, body: bytes) -> OSError:
    match trouble:
        case "refused":
            return ConnectionRefusedError()
        case "silent":
            return TimeoutError()
        case _:
            return UnfitError(_read(body).details.get("why") or _STRANGE)


async def _why_unsigned(answer: httpx.Response) -> Reason:
    """What an answer that is not signed may mean; its own words are not believed."""
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        return _STRANGE
    return _UNSIGNED.get(_read(await _body(answer)).code, _STRANGE)


def _read(body: bytes) -> _Error:
    try:
        return AgentRefusal.model_validate_json(body).error
    except ValidationError:
        return _Error(code="", message="")


async def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise UnfitError(because("agent_long"))
    return bytes(body)
