"""The values of a reason as JSON, to have the reason back and not only its sentence."""

import json
from typing import Any

from hall.core.model.reason import Reason


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
    values = {
        name: _plain(value) if isinstance(value, Reason) else value for name, value in reason.values
    }
    return {"code": reason.code, "values": values}


def _reason(plain: dict[str, Any]) -> Reason:
    values = plain["values"].items()
    return Reason(
        plain["code"],
        tuple((name, one if isinstance(one, str) else _reason(one)) for name, one in values),
    )
