"""One request to an engine and its answer, with errors translated."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from re import compile as regex
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from hall.adapters.probes.connect_errors import failure_of
from hall.core.errors import DockerError
from hall.core.foreign_words import last_words
from hall.core.model.reason import Reason, Why, because

BODY_LIMIT = 8 * 1024 * 1024
"""How many bytes an answer may have."""

AT_ONCE = 8
"""How many questions an engine is asked side by side."""

K = TypeVar("K")
V = TypeVar("V")

_PLACE_LIMIT = 80
_FILTERED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED})
"""How filters in front of an engine refuse; it would itself say why, in words."""

_PRIVATE = regex(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b"
    r"|\[?(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\]?"
)


class AnswerError(DockerError):
    """The engine answered with a status that is no success; the text is its own, if it has one."""

    def __init__(self, status: int, why: Why) -> None:
        super().__init__(why)
        self.status = status


class _Refusal(BaseModel):
    message: str


async def ask_engine(
    client: httpx.AsyncClient, method: str, path: str, params: dict[str, str] | None = None
) -> bytes:
    """Ask for one thing, whole.

    Raises:
        AnswerError: the engine said no.
        DockerError: the answer is too long.
        httpx.HTTPError: there was no answer.
    """
    async with client.stream(method, path, params=params) as answer:
        await check_engine(answer)
        return await _body(answer)


async def check_engine(answer: httpx.Response) -> None:
    """Let an answer through unless it is a refusal.

    Raises:
        AnswerError: it is one. Docker's 304 is none: it was so already.
    """
    status = answer.status_code
    if status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.NOT_MODIFIED:
        return
    if words := _words(await _body(answer)):
        raise AnswerError(status, without_addresses(words))
    reason = engine_refusal(status, answer.request)
    raise AnswerError(status, reason)


def engine_refusal(status: int, request: httpx.Request) -> Reason:
    """What a status says that comes without words of the engine's own."""
    if status < HTTPStatus.BAD_REQUEST:
        return because("docker_moved", status=status)
    if status in _FILTERED:
        return because(_filtered(request), status=status)
    return because("docker_status", status=status)


def _filtered(request: httpx.Request) -> str:
    if request.method == "GET":
        return "docker_filtered_look"
    stop = request.url.path.endswith("/stop")
    return "docker_filtered_stop" if stop else "docker_filtered_start"


async def _body(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise DockerError(because("docker_long"))
    return body


def _words(body: bytes) -> str:
    try:
        return _Refusal.model_validate_json(body).message
    except ValidationError:
        return ""


def without_addresses(words: str) -> str:
    """Words as visitors may read them: no IP or MAC address, and not too long; the end is kept."""
    return last_words(_PRIVATE.sub("…", words))


async def side_by_side(ask_engine: Callable[[K], Awaitable[V]], keys: Iterable[K]) -> list[V]:
    """Ask for each of ``keys``, ``AT_ONCE`` at a time; the first error ends them all."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(key: K) -> V:
        async with gate:
            return await ask_engine(key)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(key)) for key in keys]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def place_of(error: ValidationError) -> str:
    """The first field that is not as expected, like ``State.Status``."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return ".".join(map(str, found[0]["loc"]))[:_PLACE_LIMIT] or "its answer"


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what goes wrong with a connection or an answer inside into a DockerError."""
    try:
        yield
    except (httpx.TransportError, OSError) as error:
        failure = failure_of(error)
        reason = failure.reason("docker")
        raise DockerError(reason, ours=failure.ours) from error
    except ValidationError as error:
        odd = because("unexpected", place=place_of(error))
        raise DockerError(because("docker_broken", why=odd)) from error
