"""Why something is as it is: a code, and what belongs into its sentence."""

from dataclasses import dataclass

from hall.core.model.messages import TEXTS


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ``TEXTS`` with its values; ``str()`` gives the English sentence."""

    code: str
    values: tuple[tuple[str, "str | Reason"], ...] = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(**{name: str(value) for name, value in self.values})

    @property
    def shape(self) -> tuple[object, ...]:
        """What tells it from another: what it says, whatever the figures and names in it."""
        return (self.code, *(one.shape for _, one in self.values if isinstance(one, Reason)))


def because(code: str, /, **values: "str | int | Reason") -> Reason:
    """Make a reason; every value that the sentence of ``code`` names must be given."""
    kept = tuple((name, _plain(value)) for name, value in values.items())
    return Reason(code, kept)


def _plain(value: "str | int | Reason") -> "str | Reason":
    return value if isinstance(value, Reason) else str(value)
