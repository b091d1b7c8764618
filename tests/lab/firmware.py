"""The network card of a sleeping server: it hears frames and knows a magic packet."""

import socket
from dataclasses import asdict, dataclass
from errno import ENETDOWN

SYNC = b"\xff" * 6
REPEATS = 16
_ETH_P_ALL = 0x0003
_PACKET_OUTGOING = 4
_IPV4, _UDP = 0x0800, 17


@dataclass(frozen=True, slots=True)
class Magic:
    """A magic packet that was heard, whoever it was for."""

    mac: str
    secure_on: str | None
    sent_to: str
    """IPv4 address and port of a datagram, else the Ethernet type of the frame."""

    def is_for(self, mac: str, secure_on: str | None) -> bool:
        wanted = secure_on is None or self.secure_on == secure_on.lower()
        return self.mac == mac.lower() and wanted

    def as_dict(self) -> dict[str, str | None]:
        return asdict(self)


def magic_in(frame: bytes) -> Magic | None:
    """The magic packet in this Ethernet frame, wherever it stands in it."""
    start = frame.find(SYNC)
    while start >= 0:
        body = frame[start + len(SYNC) :]
        mac = body[:6]
        if len(mac) == 6 and body.startswith(mac * REPEATS):
            return Magic(_hex(mac), _secure_on(body[6 * REPEATS :]), _destination(frame))
        start = frame.find(SYNC, start + 1)
    return None


class Ear:
    """A packet socket on one interface; it needs no address there."""

    def __init__(self, interface: str) -> None:
        self._socket = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.htons(_ETH_P_ALL)
        )
        self._socket.bind((interface, 0))

    def fileno(self) -> int:
        return self._socket.fileno()

    def hear(self) -> list[Magic]:
        """Every magic packet that has arrived since the last call."""
        return [magic for frame in self._frames() if (magic := magic_in(frame))]

    def _frames(self) -> list[bytes]:
        frames: list[bytes] = []
        while len(frames) < 4096:
            try:
                frame, origin = self._socket.recvfrom(2048)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != ENETDOWN:  # told once when the cable is pulled
                    raise
                break
            if origin[2] != _PACKET_OUTGOING:
                frames.append(frame)
        return frames


def _hex(raw: bytes) -> str:
    return raw.hex(":")


def _secure_on(rest: bytes) -> str | None:
    return _hex(rest[:6]) if len(rest) >= 6 else None


def _destination(frame: bytes) -> str:
    ethertype = int.from_bytes(frame[12:14])
    if ethertype != _IPV4 or frame[23] != _UDP:
        return f"ethertype 0x{ethertype:04x}"
    header = (frame[14] & 0x0F) * 4
    port = int.from_bytes(frame[14 + header + 2 : 14 + header + 4])
    return f"{socket.inet_ntoa(frame[30:34])}:{port}"
