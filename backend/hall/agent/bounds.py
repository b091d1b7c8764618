"""What the agent puts up with: how long it waits for others, and how much it keeps for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Times are in seconds; all others are numbers of things."""

    stranger_s: float = 5.0
    """How long a request may take to arrive, from who has not yet signed one; TLS included."""

    idle_s: float = 30.0
    """The same on a connection that has brought a signed request."""

    write_s: float = 6.0
    """How long the other end may take nothing before it is given up."""

    unauthenticated: int = 64
    """How many connections may be open that have not brought a signed request."""

    known: int = 256
    """How many may be open that have."""

    nonces: int = 50_000
    """How many requests are remembered; past that, all are refused until the oldest expire."""

    beat_s: float = 2.0
    """How often an idle stream sends an empty line: who hears none for a while is alone."""

    guard_s: float = 8.0
    """How long one guard may take to be read."""

    proven_s: float = 1.0
    """A sleep command that has not failed within this time is taken for one that works."""

    docker_s: float = 12.0
    """How long the engine may take for a look; orders have times of their own."""

    line_bytes: int = 1024 * 1024
    """How long a line of a stream of the engine's may be."""
