"""What ``guards.sh`` answers, line by line; see its head for the questions."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

from hall.core.model.reason import Reason, because

HEAD = "hall-guards 1"
SERVER = "-"
"""What stands in the place of a container's name where the server itself is meant."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')

Ip = IPv4Address | IPv6Address


class AnswersError(Exception):
    """They are cut off, or not what the script answers; ``why`` says so."""

    def __init__(self, why: Reason) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class TcpPeer:
    """Connections from one address to one port in the network of a container, or of ``SERVER``."""

    container: str
    here: Ip
    port: int
    there: Ip
    count: int


@dataclass(slots=True)
class Answers:
    """What was answered; ``read`` are the questions that were answered to the end."""

    came_from: str = ""
    read: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)
    load: float | None = None
    inhibitors: list[str] = field(default_factory=list)
    present: dict[str, bool] = field(default_factory=dict)
    peers: list[TcpPeer] = field(default_factory=list)


def parse(text: str) -> Answers:
    """Read the answers.

    Raises:
        AnswersError: the first or the last line is missing, or one is not understood.
    """
    lines = text.rstrip("\n").split("\n")
    if HEAD not in lines or lines[-1] != "end":
        raise AnswersError(because("answer_cut"))
    answers = Answers()
    for line in lines[lines.index(HEAD) + 1 : -1]:  # before it, a shell may have greeted
        word, _, rest = line.partition(" ")
        try:
            _TAKERS[word](answers, rest)
        except (KeyError, ValueError):
            raise AnswersError(because("answer_odd", line=f"{line[:80]!r}")) from None
    return answers


def _came_from(answers: Answers, rest: str) -> None:
    answers.came_from = rest


def _read(answers: Answers, rest: str) -> None:
    answers.read.add(rest)


def _unread(answers: Answers, rest: str) -> None:
    guard, _, why = rest.partition(" ")
    answers.unread[guard] = why


def _session(answers: Answers, rest: str) -> None:
    user, _, tty = rest.rpartition(" ")
    if not user:
        raise ValueError(rest)
    answers.sessions.append(f"{user} over SSH" if tty == "-" else f"{user} on {tty}")


def _load(answers: Answers, rest: str) -> None:
    load, cpus = rest.split(" ")
    answers.load = float(load) / max(1, int(cpus))


def _inhibited(answers: Answers, rest: str) -> None:
    answers.inhibitors = list(_inhibitors(rest))
    answers.read.add("inhibitors")


def _process(answers: Answers, rest: str) -> None:
    _present(answers, "process", rest)


def _lock(answers: Answers, rest: str) -> None:
    _present(answers, "lock", rest)


def _present(answers: Answers, word: str, rest: str) -> None:
    flag, _, name = rest.partition(" ")
    answers.present[f"{word} {name}"] = bool(int(flag))


def _peer(answers: Answers, rest: str) -> None:
    container, here, port, there, count = rest.split(" ")
    peer = TcpPeer(container, _address(here), int(port, 16), _address(there), int(count))
    answers.peers.append(peer)


_TAKERS: dict[str, Callable[[Answers, str], None]] = {
    "from": _came_from,
    "read": _read,
    "unread": _unread,
    "session": _session,
    "load": _load,
    "inhibitors": _inhibited,
    "process": _process,
    "lock": _lock,
    "peer": _peer,
}


def _inhibitors(call: str) -> Iterable[str]:
    """Who inhibits sleep or shutdown.

    From an answer of busctl(1): ``a(ssssuu) 1 "sleep" "apt" "upgrade" "block" 0 900``. A delay is
    no inhibition, it only asks for a moment (org.freedesktop.login1(5)). Whoever blocks a shutdown
    is in the middle of something, and a sleep command may be one.
    """
    kind, count, *values = (_unquoted(*found) for found in _QUOTED.findall(call))
    if kind != "a(ssssuu)" or len(values) != 6 * int(count):
        raise ValueError(kind)
    for what, who, why, mode, _, _ in zip(*[iter(values)] * 6, strict=True):
        if {"sleep", "shutdown"} & set(what.split(":")) and mode.startswith("block"):
            yield f"{who}: {why}"


def _unquoted(quoted: str, bare: str) -> str:
    """A text as busctl escapes it, in the manner of C and byte by byte."""
    text = quoted.encode("latin-1", "backslashreplace").decode("unicode_escape") if quoted else bare
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _address(text: str) -> Ip:
    """An address of /proc/net/tcp: words of 32 bits, in the order of the machine (little-endian).

    Of a machine that is not, every address is a stranger's, and it stays awake.
    """
    words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
    found = ip_address(b"".join(words))
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
