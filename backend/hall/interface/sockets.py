"""The visitor's live socket: the whole state at once, then each newer one."""

import asyncio
from contextlib import suppress

from quart import Blueprint, websocket

from hall.application.hub import HubClosedError, Listener
from hall.application.supervisor import View
from hall.interface.services import check_origin, require_access, services

SEND_S = 5.0
"""A reader that takes longer than this for one message is cut off; it may come back."""

GOODBYE_S = 0.5

POLICY, RESTARTING, TRY_LATER = 1008, 1012, 1013
"""Close codes (RFC 6455 and the IANA registry)."""

blueprint = Blueprint("sockets", __name__)


@blueprint.websocket("/_hall/ws/<name>")
async def follow(name: str) -> None:
    """Push a domain's state to its waiting page until either side goes."""
    check_origin(websocket, require_access(name, websocket))
    view = services().visits.view(name)
    try:
        with services().hub.client(name, view.server) as listener:
            await websocket.accept()
            await _push(name, listener)
    except HubClosedError:
        await websocket.close(RESTARTING, "restarting")


async def _push(name: str, listener: Listener) -> None:
    async with asyncio.TaskGroup() as group:
        mute = group.create_task(_bound_incoming(), name=f"incoming {name}")
        try:
            while True:
                server = await listener.next()
                view = View(server, server.domains[name])
                text = services().frames.of(view, services().clock.now())
                async with asyncio.timeout(SEND_S):
                    await websocket.send(text)
        except HubClosedError:
            await websocket.close(RESTARTING, "restarting")
        except TimeoutError:
            await _cut_off()
        finally:
            mute.cancel()


async def _cut_off() -> None:
    """Close with a reason; a reader that takes no message takes no goodbye either."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await websocket.close(TRY_LATER, "too slow")


async def _bound_incoming() -> None:
    """The page has nothing to say; what it says all the same must not pile up unread."""
    await websocket.receive()
    await websocket.close(POLICY, "nothing is expected from this side")
    while True:
        await websocket.receive()
