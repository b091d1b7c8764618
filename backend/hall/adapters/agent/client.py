"""The way to an agent: makes HTTP clients, and asks for single things."""

import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from hall import __version__
from hall.adapters.agent.identity import AgentIdentity
from hall.adapters.agent.timeouts import AgentTimeouts
from hall.adapters.agent.transport import AgentRefusal, SigningTransport
from hall.adapters.docker.tls import no_tls
from hall.adapters.probes.connect_errors import Kind, failure_of
from hall.adapters.probes.keepalive import KEEPALIVE
from hall.adapters.probes.resolver import Names
from hall.adapters.probes.transport import NamedTransport
from hall.core.errors import AgentError
from hall.core.model.reason import Reason, Why, because

_HEADERS = {"User-Agent": f"Hall/{__version__}", "Accept-Encoding": "identity"}
_CODES = {
    Kind.NAME: "name_unknown",
    Kind.UNREACHABLE: "unreachable",
    Kind.REFUSED: "agent_refused",
    Kind.SILENT: "agent_silent",
    Kind.TLS: "agent_tls",
    Kind.BROKEN: "agent_broken",
    Kind.OWN: "own_fault",
}


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Where an agent is, and how it is spoken to.

    One call, one client, one connection: what a suspend left half-open is never used again.
    """

    authority: str
    tls: ssl.SSLContext | None
    peer: AgentIdentity
    names: Names
    timeouts: AgentTimeouts = AgentTimeouts()

    def client(self, base: str = "/v1") -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """A client for paths below ``base``, closed at the end."""
        way = NamedTransport(self.names, self.tls or no_tls(), socket_options=KEEPALIVE)
        return httpx.AsyncClient(
            base_url=f"{'http' if self.tls is None else 'https'}://{self.authority}{base}",
            transport=SigningTransport(way, self.peer, self.timeouts.silent_s),
            headers=_HEADERS,
            timeout=httpx.Timeout(None, connect=self.timeouts.connect_s),
            trust_env=False,
        )


async def ask_agent(
    client: httpx.AsyncClient, method: str, path: str, body: Mapping[str, object] | None = None
) -> bytes:
    """Ask an agent for one thing.

    Raises:
        AgentError: it did not answer, or refuses; it says why.
    """
    try:
        answer = await client.request(method, path, json=body)
    except (httpx.TransportError, OSError) as error:
        raise AgentError(agent_reason(error)) from error
    check_agent(answer.status_code, answer.content)
    return answer.content


def check_agent(status: int, body: bytes) -> None:
    """Let an answer through unless it is a refusal.

    Raises:
        AgentError: it is one; the text is the agent's own.
    """
    if status >= HTTPStatus.BAD_REQUEST:
        why: Why = _message(body) or because("http_status", status=status)
        raise AgentError(because("agent_refuses", why=why))


def agent_reason(error: BaseException) -> Reason:
    """What an error of a connection to an agent means; it holds no address."""
    failure = failure_of(error)
    return failure.told(_CODES[failure.kind])


def _message(body: bytes) -> str:
    try:
        return AgentRefusal.model_validate_json(body).error.message
    except ValueError:
        return ""
