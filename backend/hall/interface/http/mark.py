"""The mark by which Hall's own answers are told from those of a project.

Behind a front proxy both come from the same address. The waiting page looks there until the mark is
gone; a front proxy's rules and monitors may go by it too.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from werkzeug.datastructures import Headers

AsgiEvent = dict[str, Any]
AsgiApp = Callable[..., Coroutine[Any, Any, None]]
"""An ASGI application: it is called with a scope, and how to receive and to send events."""

HEADER = "X-Hall"
ANSWER = "1"
"""The same for every Hall, release and state: it says where an answer comes from, and no more."""

LOOK = "look"
"""What the waiting page says of itself when it looks whether somebody else answers by now."""

_MARKED = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


def is_look(method: str, headers: Headers) -> bool:
    """Whether the waiting page only looks whether the way is open.

    It asks with HEAD, and with GET once HEAD has led it astray.
    """
    return method in {"HEAD", "GET"} and headers.get(HEADER) == LOOK


def marked(app: AsgiApp) -> AsgiApp:
    """The application with the mark on each of its answers, a socket's too (ASGI 3.0)."""

    async def answer(scope: Mapping[str, Any], receive: AsgiApp, send: AsgiApp) -> None:
        async def mark(event: AsgiEvent) -> None:
            if event["type"] in _MARKED:
                header = (HEADER.lower().encode(), ANSWER.encode())
                event["headers"] = [*event.get("headers", ()), header]
            await send(event)

        await app(scope, receive, mark)

    return answer
