"""Commands: what should be done. The core gives them, the actuator carries them out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendWake:
    """Send the wake order once more; ``number`` counts from 1 within one wake of the server."""

    server: str
    number: int


@dataclass(frozen=True, slots=True)
class SendSleep:
    """Put the server to sleep: sent once; ``id`` names the attempt.

    Whatever is known of it after ``within_s`` seconds, it may have arrived.
    """

    server: str
    id: str
    within_s: float


@dataclass(frozen=True, slots=True)
class AskGuards:
    """Ask the server whether anybody or anything is busy there; ``number`` tells answers apart.

    What is not answered within ``within_s`` seconds is not known.
    """

    server: str
    number: int
    within_s: float


@dataclass(frozen=True, slots=True)
class StartContainers:
    """Start these containers, in this order."""

    server: str
    domain: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopContainers:
    """Stop these containers, in this order."""

    server: str
    domain: str
    names: tuple[str, ...]


ActingCommand = SendWake | SendSleep | StartContainers | StopContainers
"""What is either carried out or not."""

Command = ActingCommand | AskGuards
