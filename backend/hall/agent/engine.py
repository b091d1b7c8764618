"""The Docker Engine of this machine, through its socket: one question, one connection."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import h11

from hall.agent.bounds import Bounds

ENGINE_CONNECT_S = 3.0
"""How long the socket may take to accept."""

ENGINE_BODY_LIMIT = 8 * 1024 * 1024
"""How many bytes an answer may have."""

_CHUNK = 65_536


class EngineError(Exception):
    """The engine did not answer: it ``refused`` the connection, was ``silent``, or is ``broken``.

    The text says how it is broken, and is empty else.
    """

    def __init__(self, trouble: str, why: str = "") -> None:
        super().__init__(why)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """What the engine said; header names in lower case."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class EngineClient:
    """The engine behind this socket; each question has a connection of its own."""

    def __init__(self, socket: str, bounds: Bounds = Bounds()) -> None:
        self.socket = socket
        self._line_bytes = bounds.line_bytes

    async def ask(self, method: str, target: str, within_s: float) -> EngineAnswer:
        """Ask for one thing, and read the whole answer, of whatever status.

        Raises:
            EngineError: there was no answer within the time, or too long a one.
        """
        with socket_errors():
            async with asyncio.timeout(within_s):
                with closing(await self.open(method, target)) as call:
                    return EngineAnswer(call.status, call.headers, await call.body())

    async def open(self, method: str, target: str) -> "Call":
        """Ask, and have the head of the answer; the call is to be closed.

        Raises:
            EngineError: there was no answer.
        """
        with socket_errors():
            async with asyncio.timeout(ENGINE_CONNECT_S):
                reader, writer = await asyncio.open_unix_connection(self.socket)
            call = Call(reader, writer, self._line_bytes)
            try:
                await call.ask(method, target)
            except BaseException:
                call.close()
                raise
            return call


class Call:
    """One question and its answer, as it comes; a line of a stream has ``line_bytes`` at most."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line_bytes: int
    ) -> None:
        self._line_bytes = line_bytes
        self._http = h11.Connection(h11.CLIENT)
        self._reader = reader
        self._writer = writer
        self._rest = b""
        self.status = 0
        self.headers: dict[str, str] = {}

    async def ask(self, method: str, target: str) -> None:
        """Send the question, and read the head of the answer into ``status`` and ``headers``.

        What goes wrong is raised as it comes; see ``socket_errors``.
        """
        request = h11.Request(method=method, target=target, headers=[("Host", "docker")])
        self._writer.write(self._http.send(request) or b"")
        self._writer.write(self._http.send(h11.EndOfMessage()) or b"")
        while not isinstance(head := await self._next(), h11.Response):
            pass
        self.status = head.status_code
        self.headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}

    async def body(self) -> bytes:
        """All of the answer's body.

        Raises:
            EngineError: it is too long.
        """
        body = bytearray()
        while isinstance(event := await self._next(), h11.Data):
            body += event.data
            if len(body) > ENGINE_BODY_LIMIT:
                raise EngineError("broken", "its answer is too long")
        return bytes(body)

    async def line(self) -> bytes | None:
        """The next line that is not empty; None when the engine ends the stream.

        It may be cancelled and called again: nothing is lost.

        Raises:
            EngineError: the stream was cut, or the line is too long.
        """
        with socket_errors():
            while True:
                line, end, rest = self._rest.partition(b"\n")
                if end:
                    self._rest = rest
                    if line.strip():
                        return line
                    continue
                if len(line) > self._line_bytes:
                    raise EngineError("broken", "an event of Docker's is too long")
                event = await self._next()
                if not isinstance(event, h11.Data):
                    return None
                self._rest += event.data

    def close(self) -> None:
        """Abort the connection; what was not read is lost."""
        self._writer.transport.abort()

    async def _next(self) -> h11.Event:
        while not isinstance(event := self._http.next_event(), h11.Event):
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event


@contextmanager
def socket_errors() -> Iterator[None]:
    """Turn what goes wrong with the engine inside into an EngineError."""
    try:
        yield
    except TimeoutError as error:
        raise EngineError("silent") from error
    except PermissionError as error:
        why = "the agent may not use its socket; add the agent's user to the group docker"
        raise EngineError("broken", why) from error
    except (ConnectionRefusedError, FileNotFoundError) as error:
        raise EngineError("refused") from error
    except (OSError, h11.RemoteProtocolError) as error:
        raise EngineError("broken", _words(error)) from error


def _words(error: OSError | h11.RemoteProtocolError) -> str:
    if isinstance(error, OSError) or "peer closed" in str(error):
        return "the connection was cut"
    if "ConnectionClosed" in str(error):
        return "it hung up without an answer"
    return "it does not speak HTTP"
