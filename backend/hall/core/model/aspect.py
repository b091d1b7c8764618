"""In which respects a server or a domain may change, for those who follow it."""

from collections.abc import Mapping
from enum import StrEnum


class Aspect(StrEnum):
    """One respect.

    STATUS is all that a visitor sees of a domain, and the status of a server. POWER is what is
    remembered of its sleeping and waking, and the orders that are out.
    """

    STATUS = "status"
    VERDICT = "verdict"
    OVERRIDE = "override"
    GUARDS = "guards"
    ACTIVITY = "activity"
    PROBES = "probes"
    POWER = "power"


Changed = Mapping[str | None, frozenset[Aspect]]
"""What changed in a step: by domain, None for the server itself; what did not is not named."""
