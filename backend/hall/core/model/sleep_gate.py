"""May a server be put to sleep? One word for each answer."""

from enum import Enum


class SleepGate(Enum):
    """Whether a server may be put to sleep; only ``CLEAR`` and ``FORCED`` give the order."""

    NEEDED = "needed"
    """A domain, a wake, a stop or an admin needs it awake."""
    NOT_UP = "not up"
    """It sleeps, goes to sleep, or was not looked at yet: there is nothing to decide."""
    NO_WAY = "no way"
    """It cannot be put to sleep, or is nobody's."""
    TOO_YOUNG = "too young"
    """It came up only just."""
    BACKING_OFF = "backing off"
    """The last order did not last; the next one waits."""
    ASK_GUARDS = "ask guards"
    """Nobody needs it; the guards did not speak of late."""
    BUSY = "busy"
    """The guards speak against it; they are asked again."""
    CLEAR = "clear"
    """Nobody needs it, and the guards are quiet."""
    FORCED = "forced"
    """An admin passes over the guards."""
