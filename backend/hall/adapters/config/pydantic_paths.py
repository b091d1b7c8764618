"""From pydantic's location of an error to the place in the file, and to the models there."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hall.core.config.document import Configuration
from hall.core.config.references import Place


def trace(loc: Place) -> tuple[Place, FieldInfo | None, type[BaseModel] | None]:
    """Walk the models along a location, and leave out the steps that choose within a union.

    Returns the place in the file, the field that it ends in, and the model that has this field.
    """
    place: Place = ()
    here: Any = Configuration
    field: FieldInfo | None = None
    model: type[BaseModel] | None = None
    chosen = True
    for step in loc:
        if step == "[key]":
            continue
        branches = tuple(_branches(here))
        if not chosen and (len(branches) > 1 or any(_is_named(one, step) for one in branches)):
            here = next((one for one in branches if _is_named(one, step)), None)
            chosen = True
            continue
        here = branches[0] if branches else None
        if _is_model(here):
            model, field = here, _field(here, step)
            here, chosen = (field.annotation if field else None), False
        elif get_origin(here) in {dict, tuple}:
            here, chosen = _inner(here), False
        else:
            continue
        place = (*place, step)
    return place, field, model


def models(field: FieldInfo | None) -> Iterator[type[BaseModel]]:
    """The models that a field can hold, in a list or an object too."""
    waiting = list(_branches(field.annotation if field is not None else None))
    while waiting:
        one = waiting.pop(0)
        if _is_model(one):
            yield one
        elif get_origin(one) in {dict, tuple}:
            waiting += _branches(_inner(one))


def tag(model: type[BaseModel]) -> tuple[str, str] | None:
    """The key that tells this model from its siblings, and the only value that it can have."""
    for name, field in model.model_fields.items():
        values = get_args(field.annotation)
        if get_origin(field.annotation) is Literal and len(values) == 1:
            return name, values[0]
    return None


def _branches(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        for one in get_args(annotation):
            yield from _branches(one)
    elif origin is Annotated:
        yield from _branches(get_args(annotation)[0])
    elif annotation is not None and annotation is not type(None):
        yield annotation


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _inner(annotation: Any) -> Any:  # noqa: ANN401
    args = get_args(annotation)
    return args[1] if get_origin(annotation) is dict else args[0]


def _is_named(annotation: Any, step: str | int) -> bool:  # noqa: ANN401
    """Whether a step means this branch: by its key, its name, or ``function-after[…, Name]``."""
    if not _is_model(annotation):
        return False
    known = tag(annotation)
    by_key = known is not None and known[1] == step
    return by_key or annotation.__name__ in re.findall(r"\w+", str(step))


def _field(model: type[BaseModel], step: str | int) -> FieldInfo | None:
    for name, field in model.model_fields.items():
        if step == (field.alias or name):
            return field
    return None
