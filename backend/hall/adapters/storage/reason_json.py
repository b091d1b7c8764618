"""The values of a reason as JSON, to have the reason back and not only its sentence.

A number is a number, a stretch of time an object with ``seconds``, a reason one with its ``code``.
Journals from before numbers were kept have them as text, which reads the same.
"""

import json
from typing import Any

from hall.core.model.reason import Reason, ReasonValue
from hall.core.timing import Duration


def details_of(reason: Reason) -> str:
    """The values of this reason, as an object; a reason among them has its code beside it."""
    return json.dumps(_plain(reason)["values"], ensure_ascii=False)


def reason_of(code: str | None, details: str | None) -> Reason | None:
    """The reason of this code; None when these are not the values that it has in this Hall."""
    if code is None or details is None:
        return None
    try:
        reason = _reason({"code": code, "values": json.loads(details)})
        str(reason)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return reason


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "values": {name: _json(one) for name, one in reason.values}}


def _json(value: ReasonValue) -> object:
    match value:
        case Reason():
            return _plain(value)
        case Duration():
            return {"seconds": value.seconds, "since": value.since, "until": value.until}
        case _:
            return value


def _reason(plain: dict[str, Any]) -> Reason:
    values = plain["values"].items()
    return Reason(plain["code"], tuple((name, _value(one)) for name, one in values))


def _value(plain: Any) -> ReasonValue:  # noqa: ANN401 - whatever stands in the journal
    if isinstance(plain, dict):
        return _reason(plain) if "code" in plain else Duration(**plain)
    if isinstance(plain, str | int | float):
        return plain
    raise TypeError(plain)
