"""The REST fallback: the state now or when it changes, a wake, and "in use".

The same routes stand under ``/api`` for scripts and under ``/_hall/api`` for the waiting page,
because on a domain's own host name every other path belongs to the site.
"""

import asyncio
from dataclasses import dataclass

from pydantic import BaseModel, Field
from quart import Blueprint, Response, redirect, request
from quart_schema import document_response, tag, validate_querystring

from hall.application.hub import HubClosedError
from hall.application.supervisor import View
from hall.core.errors import BusyError
from hall.core.model.state import Status
from hall.core.policy.hopeless import hopeless
from hall.core.timing import Instant
from hall.interface.auth.bots import is_robot
from hall.interface.http.closed import closed_answer
from hall.interface.http.responses import json_answer, wants_page
from hall.interface.services import check_origin, require_access, services
from hall.interface.wire import domain as wire

LONGEST_WAIT_S = 60


class StatusQuery(BaseModel):
    """How long to wait, and for what."""

    wait: float = Field(0, ge=0, le=LONGEST_WAIT_S, description="Seconds to wait at most.")
    until: Status | None = Field(
        None,
        description="The status to wait for; default: any change. Waiting for healthy ends early "
        "on failed (retry says whether it is tried again), and while closed or held asleep for "
        "longer than the wait. What is asleep or unhealthy is waited for: the next visitor may "
        "wake it, and it may heal.",
    )
    seq: int | None = Field(None, description="Answer at once unless the state is still this one.")


class WakeQuery(BaseModel):
    """The query of a wake: whether it is a visit or an order."""

    visit: bool = Field(
        False,
        description="A waiting page asks by itself: it is journalled as the visit that it is, and "
        "like a visit it does not repeat what has just failed.",
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a long poll waits for, up to the instant ``by``."""

    wait_s: float
    by: Instant
    until: Status | None
    seq: int

    def met(self, view: View) -> bool:
        """Whether the wait is over: the status is reached, anything changed, or it is hopeless."""
        if self.until is None:
            return view.domain.seq != self.seq
        if self.until is Status.HEALTHY and hopeless(view.server, view.domain, self.by):
            return True
        if self.until is Status.HEALTHY and not view.ready:
            return False  # healthy as far as is known, and just being asked again
        return view.domain.status_now.status is self.until


def api(name: str, prefix: str) -> Blueprint:
    """The routes of scripts and pages; mounted twice, each under a prefix of its own."""
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    blueprint.get("/status/<name>")(status)
    blueprint.post("/wake/<name>")(wake)
    blueprint.post("/activity/<name>")(activity)
    return blueprint


@tag(["domains"])
@validate_querystring(StatusQuery)
@document_response(wire.StateModel)
@document_response(wire.ErrorModel, 400)
@document_response(wire.ErrorModel, 403)
@document_response(wire.ErrorModel, 404)
@document_response(wire.ErrorModel, 503)
async def status(name: str, query_args: StatusQuery) -> Response:
    """The state of a domain: now, or when it changes (long poll). Asking never wakes."""
    require_access(name, request)
    view = services().visits.view(name)
    seq = view.domain.seq if query_args.seq is None else query_args.seq
    if query_args.wait:
        by = services().clock.now() + query_args.wait
        view = await _later(view, Wish(query_args.wait, by, query_args.until, seq))
    return _answer(view, 200)


@tag(["domains"])
@validate_querystring(WakeQuery)
@document_response(wire.StateModel, 200)
@document_response(wire.StateModel, 202)
@document_response(wire.ErrorModel, 400)
@document_response(wire.ErrorModel, 403)
@document_response(wire.ErrorModel, 404)
@document_response(wire.ErrorModel, 409)
async def wake(name: str, query_args: WakeQuery) -> Response:
    """Start a wake or join the running one: 202, or 200 when the domain is ready already.

    A domain that is closed, or held asleep, is not woken: 409, with the state in the details.
    A form of the waiting page gets a redirect back to the page instead.
    """
    check_origin(request, require_access(name, request))
    view = services().visits.view(name)
    if not _robots_page():
        visits = services().visits
        view = await (visits.visit(name) if query_args.visit else visits.order(name))
    if wants_page():
        return await _back()
    if (closed := wire.closed_for_visitors(view)) is not None:
        return closed_answer(view, closed, 409)
    return _answer(view, 200 if view.ready else 202)


@tag(["domains"])
@document_response(wire.StateModel, 202)
@document_response(wire.ErrorModel, 403)
@document_response(wire.ErrorModel, 404)
async def activity(name: str) -> Response:
    """A site or a script says that the domain is in use. Never wakes."""
    check_origin(request, require_access(name, request))
    return _answer(await services().visits.report(name), 202)


def _robots_page() -> bool:
    """Whether a robot runs the waiting page's script; who asks ``/api`` means it."""
    owner = services().config.gateway.wakers
    return request.path.startswith("/_hall/") and is_robot(request.headers, owner)


def _answer(view: View, status: int) -> Response:
    body = wire.state_json(view, services().clock.now())
    return json_answer(body, status)


async def _later(view: View, wish: Wish) -> View:
    """The state when the wish is met, or as it stands when the time is over."""
    name = view.domain.id
    try:
        with services().hub.client(name, view.server) as listener:
            async with asyncio.timeout(wish.wait_s):
                while not wish.met(view):
                    server = await listener.next()
                    view = View(server, server.domains[name])
                return view
    except TimeoutError:
        return services().visits.view(name)
    except HubClosedError:
        raise BusyError("Hall is restarting; ask again in a moment") from None


async def _back() -> Response:
    """See Other (RFC 9110, 15.4.4) to the page that the form came from: a path on this host."""
    form = await request.form
    path = form.get("next", "/")
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    answer = redirect(path if safe else "/", 303)
    return Response("", status=303, headers={"Location": answer.headers["Location"]})
