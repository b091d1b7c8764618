"""``replace`` of the standard library, quick: each step of the core makes a dozen of such copies.

That of ``dataclasses`` reads every field, and sets it anew through a check that it may be set. Here
the fields are copied as one dictionary. So what is replaced is a dataclass without slots, and does
nothing when it is made; all others have slots.
"""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - whose types are checked
else:
    State = TypeVar("State")

    def replace(state: State, /, **changes: object) -> State:
        """The same frozen dataclass with some of its fields changed."""
        copy = object.__new__(type(state))
        copy.__dict__.update(state.__dict__, **changes)
        return copy
