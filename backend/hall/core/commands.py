"""Commands: what should be done. The core gives them, the actuator carries them out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendWake:
    """Send the wake order once more; ``number`` counts from 1 within a burst."""

    server: str
    number: int


@dataclass(frozen=True, slots=True)
class StartContainers:
    """Start these containers, in this order."""

    server: str
    domain: str
    names: tuple[str, ...]


Command = SendWake | StartContainers
