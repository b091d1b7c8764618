"""Verdicts: should this be awake, and why. What is wanted follows from the cause, never from words.

A cause holds its instants; ``policy.verdict_reasons`` puts it into a sentence when it is read.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from hall.core.model.activity import ActivityKind
from hall.core.model.reason import Reason
from hall.core.model.sleep_gate import SleepGate
from hall.core.timing import Instant


class Need(IntEnum):
    """What is wanted of a domain or a server; of several the greatest counts."""

    NONE = 1
    """Nobody needs it awake."""
    KEEP = 2
    """If it is awake, it stays so."""
    WAKE = 3
    """It is to be awake: woken when it is found asleep."""


class Cause:
    """Why something is wanted, or not. Only its subclasses are made; each is one sentence.

    ``since`` is since when what it names lasts, ``until`` until when it holds if nothing changes;
    None where there is no such instant.
    """

    __slots__ = ()
    since: Instant | None = None
    until: Instant | None = None

    @property
    def need(self) -> Need:
        """What is wanted for this cause; of most, nothing."""
        return Need.NONE

    @property
    def topic(self) -> object:
        """What tells it from another cause, whatever the figures and names in it."""
        return type(self)


@dataclass(frozen=True, slots=True)
class HeldAwake(Cause):
    """An admin holds it awake: a domain, or a server."""

    until: Instant
    need = Need.WAKE
    gate = SleepGate.NEEDED


@dataclass(frozen=True, slots=True)
class AlwaysOn(Cause):
    """Its policy wants it awake at any time."""

    need = Need.WAKE


@dataclass(frozen=True, slots=True)
class Open(Cause):
    """A window that wants it awake is open."""

    until: Instant
    need = Need.WAKE


@dataclass(frozen=True, slots=True)
class OpensSoon(Cause):
    """It is made ready for the window that opens at ``until``."""

    until: Instant
    need = Need.WAKE


@dataclass(frozen=True, slots=True)
class Used(Cause):
    """It was used of late, at ``since``."""

    kind: ActivityKind
    since: Instant
    until: Instant
    need = Need.KEEP

    @property
    def topic(self) -> object:
        """The same; and of which kind the use was."""
        return (Used, self.kind)


@dataclass(frozen=True, slots=True)
class UpUnused(Cause):
    """Its server came up at ``since``, and it was not used yet."""

    since: Instant
    until: Instant
    need = Need.KEEP


@dataclass(frozen=True, slots=True)
class UseUnknown(Cause):
    """Whether it is in use cannot be told; that counts as use."""

    why: Reason
    need = Need.KEEP

    @property
    def topic(self) -> object:
        """The same; and why it is not known."""
        return (UseUnknown, self.why.shape)


@dataclass(frozen=True, slots=True)
class Dismissed(Cause):
    """An admin put it to sleep at ``since``."""

    since: Instant


@dataclass(frozen=True, slots=True)
class OutsideHours(Cause):
    """It is closed, and opens at ``until``."""

    until: Instant


@dataclass(frozen=True, slots=True)
class Unused(Cause):
    """It was last used at ``since``, and that is too long ago."""

    since: Instant


@dataclass(frozen=True, slots=True)
class NeverUsed(Cause):
    """No use is known."""


DomainCause = (
    HeldAwake
    | AlwaysOn
    | Open
    | OpensSoon
    | Used
    | UpUnused
    | UseUnknown
    | Dismissed
    | OutsideHours
    | Unused
    | NeverUsed
)


@dataclass(frozen=True, slots=True)
class Waking(Cause):
    """A wake runs, or was asked for."""

    need = Need.KEEP
    gate = SleepGate.NEEDED


@dataclass(frozen=True, slots=True)
class StoppingContainers(Cause):
    """Containers are being stopped."""

    need = Need.KEEP
    gate = SleepGate.NEEDED


@dataclass(frozen=True, slots=True)
class NeededBy(Cause):
    """A domain needs it: the one that does most, and longest."""

    domain: str
    by: DomainCause
    gate = SleepGate.NEEDED

    @property
    def need(self) -> Need:
        """What that domain needs: to be kept, or to be woken."""
        return self.by.need

    @property
    def topic(self) -> object:
        """The same; and for what the domain needs it, whichever it is."""
        return (NeededBy, self.by.topic)


@dataclass(frozen=True, slots=True)
class GoingToSleep(Cause):
    """A sleep order went out at ``since``."""

    since: Instant
    gate = SleepGate.NOT_UP


@dataclass(frozen=True, slots=True)
class NotSeen(Cause):
    """It was not looked at yet."""

    gate = SleepGate.NOT_UP


@dataclass(frozen=True, slots=True)
class Asleep(Cause):
    """It does not answer, and nobody needs it."""

    gate = SleepGate.NOT_UP


@dataclass(frozen=True, slots=True)
class NoWayToSleep(Cause):
    """No way to put it to sleep is configured."""

    need = Need.KEEP
    gate = SleepGate.NO_WAY


@dataclass(frozen=True, slots=True)
class NoDomain(Cause):
    """No domain is on it: when it sleeps is not for Hall to say."""

    need = Need.KEEP
    gate = SleepGate.NO_WAY


@dataclass(frozen=True, slots=True)
class TooYoung(Cause):
    """It came up at ``since``, and stays for its shortest time."""

    since: Instant
    until: Instant
    need = Need.KEEP
    gate = SleepGate.TOO_YOUNG


@dataclass(frozen=True, slots=True)
class BackingOff(Cause):
    """The last order came to nothing, for the reason ``why``; the next may come at ``until``."""

    why: Reason
    until: Instant
    need = Need.KEEP
    gate = SleepGate.BACKING_OFF

    @property
    def topic(self) -> object:
        """The same; and what came of the last order."""
        return (BackingOff, self.why.shape)


@dataclass(frozen=True, slots=True)
class AskingGuards(Cause):
    """Nobody needs it; it is asked whether it is busy."""

    gate = SleepGate.ASK_GUARDS


@dataclass(frozen=True, slots=True)
class Busy(Cause):
    """Nobody needs it, but these guards speak against sleep; there is at least one."""

    guards: tuple[Reason, ...]
    need = Need.KEEP
    gate = SleepGate.BUSY

    @property
    def topic(self) -> object:
        """The same; and with what."""
        return (Busy, *(one.shape for one in self.guards))


@dataclass(frozen=True, slots=True)
class Unneeded(Cause):
    """Nobody needs it, and it is not busy."""

    gate = SleepGate.CLEAR


@dataclass(frozen=True, slots=True)
class Forced(Cause):
    """An admin puts it to sleep, whatever is busy."""

    gate = SleepGate.FORCED


ServerCause = (
    HeldAwake
    | Waking
    | StoppingContainers
    | NeededBy
    | GoingToSleep
    | NotSeen
    | Asleep
    | NoWayToSleep
    | NoDomain
    | TooYoung
    | BackingOff
    | AskingGuards
    | Busy
    | Unneeded
    | Forced
)

SomeCause = TypeVar("SomeCause", DomainCause, ServerCause)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[SomeCause]):
    """What is wanted, and why.

    ``turns_at`` is when time alone may change it, where that is not the ``until`` of its cause.
    """

    cause: SomeCause
    turns_at: Instant | None = None

    @property
    def need(self) -> Need:
        """What is wanted; it follows from the cause alone."""
        return self.cause.need

    @property
    def changes_at(self) -> Instant | None:
        """When time alone may change it; None when it does not."""
        return self.cause.until if self.turns_at is None else self.turns_at
