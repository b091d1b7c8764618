"""What is asked for some guards, and what the answers say about them."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from hall.adapters.guards.answers import SERVER, Answers, Ip, TcpPeer
from hall.adapters.ssh.execution import plain
from hall.core.config.methods import GuardsConfig
from hall.core.model.container import RunningContainer
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from hall.core.model.reason import because

_TAB = "\t"


def questions(
    guards: GuardsConfig, containers: Sequence[RunningContainer] | None, own_users: Sequence[str]
) -> Iterator[str]:
    """What ``guards.sh`` is asked, a line each."""
    if guards.sessions:
        yield f"sessions {_TAB.join(own_users)}"
    if guards.load is not None:
        yield "load"
    if guards.inhibitors:
        yield "inhibitors"
    yield from (f"process {name}" for name in guards.processes)
    yield from (f"lock {path}" for path in guards.lock_files)
    yield from (f"netns {one.name} {one.pid}" for one in _apart(containers or ()))
    if guards.ports:
        yield " ".join(["ports", *(f"{port:04X}" for port in guards.ports)])


def _apart(containers: Sequence[RunningContainer]) -> list[RunningContainer]:
    """Those with a network of their own: that of the host has Hall's own connections, too."""
    return [one for one in containers if one.addresses]


def report(
    guards: GuardsConfig, containers: Sequence[RunningContainer] | None, answers: Answers
) -> GuardReport:
    """What the answers mean; a question without one is ``Unreadable``."""
    return GuardReport(
        sessions=_listed(answers, "sessions", answers.sessions) if guards.sessions else None,
        load=_load(answers) if guards.load is not None else None,
        inhibitors=_listed(answers, "inhibitors", answers.inhibitors)
        if guards.inhibitors
        else None,
        processes=_present(answers, "processes", "process", guards.processes),
        lock_files=_present(answers, "lock_files", "lock", guards.lock_files),
        connections=None if containers is None else _connections(containers, answers),
        ports=_ports(guards.ports, containers or (), answers) if guards.ports else None,
    )


def _listed(answers: Answers, guard: str, found: Sequence[str]) -> tuple[str, ...] | Unreadable:
    if guard not in answers.read:
        return _unread(answers, guard)
    return tuple(plain(one.encode()) for one in found)


def _load(answers: Answers) -> float | Unreadable:
    return _unread(answers, "load") if answers.load is None else answers.load


def _present(
    answers: Answers, guard: str, word: str, names: Sequence[str]
) -> tuple[str, ...] | Unreadable | None:
    """Those that are there. One that is not known makes the whole guard unread."""
    if not names:
        return None
    known = {name: answers.present.get(f"{word} {name}") for name in names}
    if None in known.values():
        return _unread(answers, guard)
    return tuple(name for name in names if known[name])


def _connections(
    containers: Sequence[RunningContainer], answers: Answers
) -> tuple[ConnectionCount, ...] | Unreadable:
    """Those from outside: not from another container, the same host, or Hall's own login."""
    containers = _apart(containers)
    if any(f"netns {one.name}" not in answers.read for one in containers):
        return _unread(answers, "connections")
    inside = _inside(containers)
    hall = _own_end(answers.came_from)
    counts = dict.fromkeys((one.name for one in containers), 0)
    for peer in answers.peers:
        own = (peer.there, peer.port) == hall
        if peer.container in counts and not own and _from_outside(peer, inside):
            counts[peer.container] += peer.count
    return tuple(ConnectionCount(name, count) for name, count in counts.items() if count)


def _ports(
    ports: Sequence[int], containers: Sequence[RunningContainer], answers: Answers
) -> tuple[PortUse, ...] | Unreadable:
    """Those that somebody outside is connected to: no container, and not Hall's own login."""
    if "ports" not in answers.read:
        return _unread(answers, "ports")
    hall = _own_end(answers.came_from)
    inside = _inside(containers)
    counts = dict.fromkeys(ports, 0)
    for peer in answers.peers:
        own = (peer.there, peer.port) == hall
        if peer.container == SERVER and peer.port in counts and not own:
            counts[peer.port] += peer.count * _from_outside(peer, inside)
    return tuple(PortUse(port, count) for port, count in counts.items() if count)


def _inside(containers: Sequence[RunningContainer]) -> set[Ip]:
    return {ip_address(address) for one in containers for address in one.addresses}


def _from_outside(peer: TcpPeer, inside: set[Ip]) -> bool:
    return not (peer.there.is_loopback or peer.there == peer.here or peer.there in inside)


def _own_end(came_from: str) -> tuple[Ip, int] | None:
    """Hall's address and the port it came to, of SSH_CONNECTION (ssh(1), ENVIRONMENT)."""
    try:
        there, _, _, port = came_from.split(" ")
        return ip_address(there), int(port)
    except ValueError:
        return None


def _unread(answers: Answers, guard: str) -> Unreadable:
    why = answers.unread.get(guard)
    return Unreadable(because("guard_unknown") if why is None else plain(why.encode()))
