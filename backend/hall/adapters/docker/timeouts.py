"""How long Hall waits for a Docker Engine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerTimeouts:
    """All in seconds; connects and pings have limits of their own."""

    list_s: float = 10.0
    """Listing containers, and telling what each is or did."""

    inspect_s: float = 2.0
    """Telling of one container; one that hangs is to hide no other."""

    start_s: float = 60.0
    """Starting one."""

    stop_s: float = 120.0
    """Stopping one."""

    open_s: float = 10.0
    """Opening the stream of events: a socket may be there long before it."""
