"""What a server says of itself before it is put to sleep: who and what is busy there."""

from dataclasses import dataclass

from hall.core.model.reason import Why


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A guard that could not be read, and why; it counts as busy."""

    why: Why


@dataclass(frozen=True, slots=True)
class ConnectionCount:
    """Connections from outside into one container."""

    container: str
    count: int


@dataclass(frozen=True, slots=True)
class PortUse:
    """Connections from outside into one port of the server itself."""

    port: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardReport:
    """One answer of a server. None means that the guard was not asked for.

    ``sessions`` are people logged in ("alice on pts/0"), ``load`` the load average of the last
    minute per CPU, ``inhibitors`` programs that inhibit sleep ("apt: upgrade"), ``processes`` and
    ``lock_files`` those of the configured ones that run or exist, ``connections`` those into
    containers from outside, ``ports`` those into the configured ports, ``keep_awake`` the running
    containers labelled ``hall.keep-awake``.
    """

    sessions: tuple[str, ...] | Unreadable | None = None
    load: float | Unreadable | None = None
    inhibitors: tuple[str, ...] | Unreadable | None = None
    processes: tuple[str, ...] | Unreadable | None = None
    lock_files: tuple[str, ...] | Unreadable | None = None
    connections: tuple[ConnectionCount, ...] | Unreadable | None = None
    ports: tuple[PortUse, ...] | Unreadable | None = None
    keep_awake: tuple[str, ...] | Unreadable | None = None
