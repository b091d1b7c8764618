"""What pydantic found wrong, in plain words, with keys as they stand in the file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from hall.adapters.config.pydantic_paths import models, tag, trace
from hall.core.config.fields import PATTERNS
from hall.core.config.references import Place

_EXPECTED = {
    "string_type": "a text in quotes",
    "string_unicode": "a text in quotes, of valid characters",
    "int_type": "a whole number",
    "int_parsing_size": "a whole number of a sensible size",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list: […]",
    "dict_type": "an object: {example}",
    "model_type": "an object: {example}",
    "finite_number": "a finite number",
    "literal_error": "{expected}",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} entry",
}
_SHOWN = 60
"""How many characters of a wrong value are repeated at most."""

_BLUNT = frozenset({"string_type", "model_type"})
"""What a union says of each branch that the value was not meant for."""

_WHOLE = _BLUNT | {"too_short"}
"""What is said of a whole whose parts are told already: wrong entries are not counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: where, what was given, what was expected.

    ``given`` is None when the words say it already.
    """

    place: Place
    given: str | None
    expected: str

    def __str__(self) -> str:
        return self.expected if self.given is None else f"given {self.given}, {self.expected}"


def findings(errors: Iterable[ErrorDetails], data: object) -> list[Finding]:
    """Put each error in ``data`` into words; what a union says several times is said once."""
    pairs = [(error["type"], _written(_finding(error), data)) for error in errors]
    places = {finding.place for _, finding in pairs}
    told = {finding.place for kind, finding in pairs if kind not in _BLUNT}
    merged: dict[tuple[Place, str | None], Finding] = {}
    for kind, finding in pairs:
        if kind in _WHOLE and _closer(finding.place, places):
            continue
        if kind in _BLUNT and finding.place in told:
            continue
        key = (finding.place, finding.given or finding.expected)
        merged[key] = _either(merged[key], finding) if key in merged else finding
    return list(merged.values())


def key_of(place: Place) -> str:
    """The dotted path of a key, as in ``domains.client1.hosts[0]``."""
    dotted = ""
    for step in place:
        if isinstance(step, int):
            dotted += f"[{step}]"
        else:
            plain = step.replace("-", "").replace("_", "").lstrip("$").isalnum()
            dotted += ("." if dotted else "") + (step if plain else json.dumps(step))
    return dotted


def _written(finding: Finding, data: Any) -> Finding:  # noqa: ANN401
    """One value that stands in the place of a list has no number in the file."""
    for depth, step in enumerate(finding.place):
        if isinstance(step, int) and not isinstance(data, list):
            return replace(finding, place=finding.place[:depth])
        data = data.get(step) if isinstance(data, dict) else data[step]
    return finding


def _closer(place: Place, places: Iterable[Place]) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _either(one: Finding, other: Finding) -> Finding:
    if one.expected == other.expected or one.given is None:
        return one
    also = other.expected.removeprefix("expected ")
    return Finding(one.place, one.given, f"{one.expected} or {also}")


def _finding(error: ErrorDetails) -> Finding:
    place, field, model = trace(error["loc"])
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return Finding(place, None, f"missing; expected: {_described(field)}")
        case "extra_forbidden":
            return Finding(place, None, _unknown(str(place[-1]), model))
        case "union_tag_invalid" | "union_tag_not_found":
            return _bad_tag(error, place, field)
        case "value_error":
            text = str(context["error"])
            given = _shown(error["input"], text) if text.startswith("expected") else None
            return Finding(place, given, text)
        case "string_pattern_mismatch":
            words = PATTERNS.get(context["pattern"], f"a text like {context['pattern']}")
            return Finding(place, _shown(error["input"]), f"expected {words}")
        case kind:
            known = {"example": _example(field, context.get("class_name")), **context}
            words = _EXPECTED[kind].format(**known) if kind in _EXPECTED else error["msg"]
            words = words.replace("'", '"') if kind == "literal_error" else words
            return Finding(place, _shown(error["input"], words), f"expected {words}")


def _example(field: FieldInfo | None, model: str | None) -> str:
    """An object with the keys that it must have, as in the file."""
    if model is None:
        required = [known[0] for one in models(field) if (known := tag(one))]
    else:
        meant = [one.model_fields for one in models(field) if one.__name__ == model]
        pairs = [pair for fields in meant for pair in fields.items()]
        required = [one.alias or name for name, one in pairs if one.is_required()]
    return json.dumps(dict.fromkeys(required, "…"), ensure_ascii=False) if required else "{…}"


def _described(field: FieldInfo | None) -> str:
    text = (field.description if field is not None else None) or "a value."
    words = text[0].lower() + text[1:].rstrip(".")
    return f"the text {words}" if words.startswith("in ") else words


def _unknown(key: str, model: type[BaseModel] | None) -> str:
    known = [field.alias or name for name, field in (model.model_fields if model else {}).items()]
    near = get_close_matches(key, known, n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return f"unknown key; {hint}expected one of: {', '.join(known)}"


def _bad_tag(error: ErrorDetails, place: Place, field: FieldInfo | None) -> Finding:
    context = error["ctx"]
    known = [json.dumps(one[1]) for model in models(field) if (one := tag(model))]
    place = (*place, context["discriminator"].strip("'"))
    if error["type"] == "union_tag_not_found":
        return Finding(place, None, f"missing; expected {_any_of(known)}")
    return Finding(place, _shown(context["tag"]), f"expected {_any_of(known)}")


def _any_of(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _shown(value: object, expected: str = "") -> str | None:
    """The value as it stands in the file; never a text that stands in the place of an object."""
    match value:
        case dict():
            return "an object" if "exactly" not in expected else None
        case list() | tuple():
            return "a list"
        case str() if expected.startswith(("an object", "a list")):
            return "a text"
        case _:
            text = json.dumps(value, ensure_ascii=False, default=str)
            return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
