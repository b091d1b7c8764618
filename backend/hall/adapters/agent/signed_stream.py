"""A stream of the agent's: every line is signed, none is missing, and silence is noticed."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from hall.adapters.probes.connect_errors import UnfitError
from hall.core.model.reason import because
from hall.net.signing import ForgedError, LineReader

SIGNED_LINE_LIMIT = 1024 * 1024 + 128
"""How many bytes a line may have: as many as an event of Docker's, and its signature."""


class SignedLines(httpx.AsyncByteStream):
    """The lines of an answer without their signatures, and without the beats between them.

    Iterating raises UnfitError for a line that is not the one that comes next, TimeoutError when
    nothing came for ``silent_s``, and httpx.TransportError when the connection was cut.
    """

    def __init__(self, answer: httpx.Response, reader: LineReader, silent_s: float) -> None:
        self._silent_s = silent_s
        self._answer = answer
        self._reader = reader
        self._rest = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each line, with a line break."""
        chunks = self._answer.aiter_raw()
        while True:
            async with asyncio.timeout(self._silent_s):
                line = await self._line(chunks)
            payload = self._read(line)
            if payload is None:
                return
            if payload:
                yield payload + b"\n"

    async def aclose(self) -> None:
        """Close the connection; a line that is awaited then raises AgentError."""
        await self._answer.aclose()

    async def _line(self, chunks: AsyncIterator[bytes]) -> bytes:
        while b"\n" not in self._rest:
            if len(self._rest) > SIGNED_LINE_LIMIT:
                raise UnfitError(because("agent_line_long"))
            try:
                self._rest += await anext(chunks)
            except StopAsyncIteration:
                raise UnfitError(because("cut")) from None
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _read(self, line: bytes) -> bytes | None:
        try:
            return self._reader.read(line)
        except ForgedError:
            raise UnfitError(because("agent_lines_changed")) from None
