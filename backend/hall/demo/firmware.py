"""The network card of a simulated server: it listens for its magic packet, asleep or not."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from hall.demo.ports import HOST


def is_magic_packet(packet: bytes, mac: str) -> bool:
    """Tell whether a packet wakes the card with this address, as a real card does.

    Six bytes 0xff and sixteen times the address anywhere in the packet; what follows (a
    SecureOn password) is not looked at.
    """
    return b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16 in packet


class _Card(asyncio.DatagramProtocol):
    def __init__(self, mac: str, on_magic_packet: Callable[[], None]) -> None:
        self._mac = mac
        self._on_magic_packet = on_magic_packet

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002
        if is_magic_packet(data, self._mac):
            self._on_magic_packet()


@asynccontextmanager
async def network_card(
    mac: str, number: int, on_magic_packet: Callable[[], None]
) -> AsyncGenerator[int]:
    """Listen on a UDP port inside the block.

    Args:
        mac: The address to which the card answers.
        number: The UDP port; 0 for any that is free.
        on_magic_packet: Called for each magic packet with this address.

    Yields:
        The UDP port.
    """
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Card(mac, on_magic_packet), local_addr=(HOST, number)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)
