"""The part of the Docker Engine's API that Hall may use, with its paths, statuses and errors."""

import json
import logging
from http import HTTPStatus

from hall.agent.bounds import Bounds
from hall.agent.docker_filter import PROJECT_KEY, extract, extract_event, extract_refusal
from hall.agent.docker_rules import ORDERS, Passed, asks_for_none, passed
from hall.agent.engine import Call, EngineAnswer, EngineClient, EngineError
from hall.agent.httpd import CutError
from hall.agent.responses import JSON, Response, refused, response_of
from hall.agent.settings import Allowed
from hall.net.signing import TROUBLE

logger = logging.getLogger("hall.agent")

WITHIN_S = {"start": 65.0, "unpause": 65.0, "stop": 130.0}
"""How long the engine may take for an order; Hall gives up a little before."""

_PASSED_ON = ("api-version", "date", "swarm")
_WORDS = {
    "refused": "Docker is not listening",
    "silent": "Docker does not answer",
    "broken": "Docker does not answer as expected: {why}",
}


class Docker:
    """Asks the engine what the rules let pass, and gives orders to what is allowed."""

    def __init__(self, engine: EngineClient, allowed: Allowed, bounds: Bounds = Bounds()) -> None:
        self._engine = engine
        self._look_s = bounds.docker_s
        self._allowed = allowed

    async def answer(self, method: str, target: str) -> Response:
        """Answer one request; ``target`` is what follows /v1/docker.

        A refusal, or an engine that does not answer, is a response too (403, 404, 502).
        """
        asked = passed(method, target)
        if asked is None and asks_for_none(target):
            return refused(HTTPStatus.NOT_FOUND, "no_container", "No such container")
        if asked is None:
            return _forbidden("the agent does not pass this on to Docker")
        try:
            if asked.kind == "events":
                return await self._events(asked)
            if asked.kind in ORDERS:
                return await self._order(asked)
            said = await self._engine.ask("GET", asked.target, self._look_s)
            return _outcome(asked.kind, said)
        except EngineError as error:
            return _trouble(error)

    async def _events(self, asked: Passed) -> Response:
        call = await self._engine.open("GET", asked.target)
        if call.status == HTTPStatus.OK:
            return Response(call.status, EventLines(call), _headers(call.headers))
        try:
            return _outcome("events", EngineAnswer(call.status, call.headers, await call.body()))
        finally:
            call.close()

    async def _order(self, asked: Passed) -> Response:
        """Give an order to a container by its full id: a name may go over to another meanwhile."""
        said = await self._engine.ask("GET", f"/containers/{asked.key}/json", self._look_s)
        if said.status != HTTPStatus.OK:
            return _outcome("inspect", said)
        identity, name, project = _who(said.body)
        if not identity or asked.key not in {identity, name}:
            # Docker also takes the beginning of an id, and that could be anybody's.
            return refused(404, "no_container", f"No such container: {asked.key}")
        if not self._allowed.holds(name, project):
            return _forbidden(f"the agent may not {asked.kind} container {name}")
        logger.info("Hall orders: %s container %s", asked.kind, name)
        target = f"/containers/{identity}/{asked.kind}"
        return _outcome(asked.kind, await self._engine.ask("POST", target, WITHIN_S[asked.kind]))


class EventLines:
    """The engine's event stream, filtered line by line."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def line(self) -> bytes | None:
        """The next event; None when the engine ends the stream. It may be cancelled."""
        try:
            while (line := await self._call.line()) is not None:
                if (event := extract_event(line)) is not None:
                    return event
        except EngineError as error:
            raise CutError from error
        return None

    async def aclose(self) -> None:
        """Close the connection to the engine; it may have ended before."""
        self._call.close()


def _outcome(kind: str, said: EngineAnswer) -> Response:
    good = said.status < HTTPStatus.BAD_REQUEST
    body = extract(kind, said.body) if good else extract_refusal(said.body)
    return Response(said.status, body, _headers(said.headers))


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return JSON | {name: headers[name] for name in _PASSED_ON if name in headers}


def _who(body: bytes) -> tuple[str, str, str | None]:
    """The full id, the name and the Compose project of an inspected container."""
    found = json.loads(extract("inspect", body)) or {}
    labels = (found.get("Config") or {}).get("Labels") or {}
    name = str(found.get("Name", "")).removeprefix("/")
    return str(found.get("Id", "")), name, labels.get(PROJECT_KEY)


def _forbidden(message: str) -> Response:
    return refused(HTTPStatus.FORBIDDEN, "not_allowed", message)


def without_docker() -> Response:
    """The refusal of whatever is asked of Docker, where the agent was told that there is none."""
    text = "this agent runs without Docker (--docker none)"
    said = {"code": "not_allowed", "message": text, "details": {"why": text}}
    outcome = response_of(HTTPStatus.FORBIDDEN, {"message": text, "error": said})
    return Response(outcome.status, outcome.body, {**outcome.headers, TROUBLE: "broken"})


def _trouble(error: EngineError) -> Response:
    message = _WORDS[error.trouble].format(why=error)
    said = {"code": "docker", "message": message, "details": {"why": str(error)}}
    outcome = response_of(HTTPStatus.BAD_GATEWAY, {"message": message, "error": said})
    return Response(outcome.status, outcome.body, {**outcome.headers, TROUBLE: error.trouble})
