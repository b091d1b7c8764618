"""HTTP through an SSH tunnel: what httpcore asks of a network, over channels."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from hall.adapters.ssh.channel import Channel
from hall.adapters.ssh.tunnel import Tunnel


class SshNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections through one tunnel, wherever they are meant to go."""

    def __init__(self, tunnel: Tunnel) -> None:
        self._tunnel = tunnel

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the tunnel knows
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109 - the shape is httpcore's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Open one.

        Raises:
            httpcore.ConnectTimeout: there was no answer in time.
            httpcore.ConnectError: anything else; its cause tells what.
        """
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            return _Stream(await self._tunnel.connect(timeout))


class _Stream(httpcore.AsyncNetworkStream):
    """One channel, as httpcore reads and writes it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Bytes as they come; none at the end."""
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            return await self._channel.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send the whole buffer.

        Raises:
            httpcore.WriteTimeout: the channel took too long to take it.
            httpcore.WriteError: the channel is closed.
        """
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            await self._channel.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the channel; the SSH connection stays open for others."""
        self._channel.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401
        """Whether it has ended, which httpcore asks before it sends another request."""
        return self._channel.ended if info == "is_readable" else None


@contextmanager
def _mapped(silent: type[Exception], broken: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise silent from error
    except OSError as error:
        raise broken from error
