"""Why something is as it is: a code, and what belongs into its sentence."""

from dataclasses import dataclass

from hall.core.model.messages import TEXTS
from hall.core.timing import Duration


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ``TEXTS`` with its values, which keep their types.

    They become words at the edge, in the reader's language. ``str()`` gives the English sentence,
    for the log, the journal and the command line.
    """

    code: str
    values: "tuple[tuple[str, ReasonValue], ...]" = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(**{name: in_english(value) for name, value in self.values})

    @property
    def shape(self) -> tuple[object, ...]:
        """What tells it from another: what it says, whatever the figures and names in it."""
        return (self.code, *(one.shape for _, one in self.values if isinstance(one, Reason)))


ReasonValue = str | int | float | Duration | Reason
"""Of a sentence: names and foreign words, numbers, stretches of time, and reasons in it."""

Why = str | Reason
"""Why something went wrong: in the words of somebody else, or as a sentence of Hall's."""


def because(code: str, /, **values: ReasonValue) -> Reason:
    """Make a reason; every value that the sentence of ``code`` names must be given."""
    return Reason(code, tuple(values.items()))


def in_english(value: ReasonValue) -> str:
    """A value as it stands in an English sentence; a float with six digits at most."""
    return f"{value:g}" if isinstance(value, float) else str(value)
