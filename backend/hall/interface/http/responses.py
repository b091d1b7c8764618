"""How an answer looks: a page for a person, JSON for a script, one shape for errors."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from pydantic import ValidationError
from quart import Quart, Response, has_request_context, request
from quart.typing import ResponseTypes
from quart_schema import RequestSchemaValidationError
from werkzeug.exceptions import HTTPException

from hall.core.errors import HallError
from hall.interface.pages.renderer import MessageKind
from hall.interface.services import services, who
from hall.interface.wire import domain as wire

logger = logging.getLogger("hall.http")

STATUSES = {
    "unknown_domain": 404,
    "unknown_server": 404,
    "refused": 403,
    "unknown_host": 403,
    "foreign_origin": 403,
    "wanted_awake": 409,
    "no_way_to_sleep": 409,
    "no_way_to_wake": 409,
    "busy": 503,
}

_KINDS: dict[int, MessageKind] = {403: "refused", 404: "unknown"}


def wants_page() -> bool:
    """Whether a person asks: a browser names text/html outright, a script does not."""
    accepted = request.accept_mimetypes
    return any(kind in accepted.values() for kind in ("text/html", "application/xhtml+xml"))


def json_answer(body: Mapping[str, object], status: int) -> Response:
    """A response with this body as JSON in UTF-8, and this HTTP status."""
    return Response(wire.dumps(body), status=status, content_type="application/json")


def as_page(
    html: str,
    status: int,
    *,
    nonce: str,
    form_target: str = "",
    framed_by: Iterable[str] = (),
) -> Response:
    """An HTML answer with its content security policy (W3C CSP Level 3).

    ``framed_by`` are the origins whose pages may show it in a frame.
    """
    answer = Response(html, status=status, content_type="text/html; charset=utf-8")
    framers = " ".join(framed_by) or "'none'"
    answer.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"form-action 'self' {form_target}".rstrip(),
            "base-uri 'none'",
            f"frame-ancestors {framers}",
        )
    )
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer


def new_nonce() -> str:
    """A fresh nonce for one page."""
    return secrets.token_urlsafe(16)


def reader_language() -> str:
    """The visitor's language, of those that the pages speak."""
    return services().pages.choose_language(request.headers.get("Accept-Language", ""))


def _refusal(code: str, message: str, status: int, details: object = None) -> Response:
    if _person_asks():
        return _message_page(message, status)
    answer = json_answer(wire.error(code, message, details), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "5"
    return answer


def _in_words(error: RequestSchemaValidationError) -> str:
    """What is wrong with the parameters, each by its name."""
    cause = error.validation_error
    if not isinstance(cause, ValidationError):
        return str(cause)
    return "; ".join(
        f"{'.'.join(map(str, one['loc']))}={one['input']!r}: {one['msg']}"
        for one in cause.errors(include_url=False)
    )


def _person_asks() -> bool:
    """Whether this is a page's own address: not a socket, not the API, not an asset."""
    return (
        has_request_context() and not request.path.startswith(("/api/", "/_hall/")) and wants_page()
    )


def _message_page(message: str, status: int) -> Response:
    nonce = new_nonce()
    values: dict[str, str | None] = {
        "contact": services().config.gateway.contact,
        "address": str(who(request).address or "") if status == HTTPStatus.FORBIDDEN else None,
        "detail": None if status in _KINDS else message,
    }
    kind = _KINDS.get(status, "error")
    html = services().pages.message(kind, lang=reader_language(), nonce=nonce, values=values)
    return as_page(html, status, nonce=nonce)


def install_errors(app: Quart) -> None:
    """Give the application its error answers, and the headers that every answer carries."""

    @app.errorhandler(HallError)
    async def _known(error: HallError) -> Response:
        return _refusal(error.code, str(error), STATUSES.get(error.code, 500), error.details)

    @app.errorhandler(HTTPException)
    async def _http(error: HTTPException) -> Response:
        status = error.code or 500
        code = (error.name or "error").lower().replace(" ", "_")
        answer = _refusal(code, error.description or error.name or code, status)
        if (allowed := getattr(error, "valid_methods", None)) is not None:
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer

    @app.errorhandler(RequestSchemaValidationError)
    async def _schema(error: RequestSchemaValidationError) -> Response:
        return _refusal("bad_request", _in_words(error), 400)

    @app.errorhandler(Exception)
    async def _unknown(error: Exception) -> Response:
        logger.error("An answer failed", exc_info=error)
        return _refusal("internal", "Hall failed to answer; its log says why", 500)

    @app.after_websocket
    async def _refused(answer: ResponseTypes | None) -> ResponseTypes | None:
        return await _headers(answer) if isinstance(answer, Response) else answer

    @app.after_request
    async def _headers(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer
