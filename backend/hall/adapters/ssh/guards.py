"""The guards over SSH: one script, run on the server, that says what is busy there."""

import asyncio
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import asyncssh

from hall.adapters.ssh.answers import Answers, AnswersError, Ip, Peer, parse
from hall.adapters.ssh.command import Ended, TooLongError, plain, run
from hall.adapters.ssh.login import Login
from hall.adapters.ssh.trouble import told
from hall.core.errors import InspectError
from hall.core.ports import Running
from hall.core.report import Connections, Report, Unread
from hall.core.ways import GuardsConfig

ASK_S = 8.0
"""How long the script may take, once Hall is logged in."""

SCRIPT = Path(__file__).with_name("guards.sh")
"""The script that is run; its head tells what it is asked, and what it answers."""

MARK = "# hall-guards 1"
"""The first line of what is run; a forced command knows it by that, and runs its own copy."""


class SshInspector:
    """Asks a server for its guards, each time over a connection of its own."""

    def __init__(self, login: Login, own_users: Sequence[str]) -> None:
        self._login = login
        self._own_users = own_users

    async def report(self, guards: GuardsConfig, containers: Sequence[Running] | None) -> Report:
        """What of ``guards`` is asked for, as it is now; what cannot be read is ``Unread``.

        Raises:
            InspectError: the server could not be asked, or its answer is cut off.
        """
        counted = containers if guards.connections else None
        questions = list(_questions(guards, counted, self._own_users))
        if not questions:
            return Report()
        answers = await self._ask("\n".join([*questions, "end", ""]))
        return _report(guards, counted, answers)

    async def _ask(self, questions: str) -> Answers:
        with told(InspectError):
            async with self._login.opened() as connection:
                ended = await _run(connection, questions.encode())
        try:
            return parse(ended.out.decode("utf-8", "replace"))
        except AnswersError as error:
            raise InspectError(f"the server tells nothing: {ended.words or error}") from error


async def _run(connection: asyncssh.SSHClientConnection, questions: bytes) -> Ended:
    try:
        async with asyncio.timeout(ASK_S):
            return await run(connection, command(), questions)
    except asyncssh.Error as error:
        raise ConnectionResetError from error
    except TooLongError as error:
        raise InspectError("the answer of the server is too long") from error


@cache
def command() -> str:
    """What is run, whatever the user's shell: the mark, then the script for a POSIX shell."""
    return f"{MARK}\nexec /bin/sh -c {shlex.quote(SCRIPT.read_text('utf-8'))} hall-guards"


def _questions(
    guards: GuardsConfig, containers: Sequence[Running] | None, own_users: Sequence[str]
) -> Iterator[str]:
    if guards.sessions:
        yield " ".join(["sessions", *own_users])
    if guards.load is not None:
        yield "load"
    if guards.inhibitors:
        yield "inhibitors"
    # A name of several lines is not found in the answers, and so is unread.
    yield from (f"process {' '.join(name.split())}" for name in guards.processes)
    yield from (f"lock {path}" for path in guards.lock_files)
    yield from (f"netns {one.name} {one.pid}" for one in containers or ())


def _report(guards: GuardsConfig, containers: Sequence[Running] | None, answers: Answers) -> Report:
    return Report(
        sessions=_listed(answers, "sessions", answers.sessions) if guards.sessions else None,
        load=_load(answers) if guards.load is not None else None,
        inhibitors=_listed(answers, "inhibitors", answers.inhibitors)
        if guards.inhibitors
        else None,
        processes=_present(answers, "processes", "process", guards.processes),
        lock_files=_present(answers, "lock_files", "lock", guards.lock_files),
        connections=None if containers is None else _connections(containers, answers),
    )


def _listed(answers: Answers, guard: str, found: Sequence[str]) -> tuple[str, ...] | Unread:
    if guard not in answers.read:
        return _unread(answers, guard)
    return tuple(plain(one.encode()) for one in found)


def _load(answers: Answers) -> float | Unread:
    return _unread(answers, "load") if answers.load is None else answers.load


def _present(
    answers: Answers, guard: str, word: str, names: Sequence[str]
) -> tuple[str, ...] | Unread | None:
    """Those that are there. One that is not known makes the whole guard unread."""
    if not names:
        return None
    known = {name: answers.present.get(f"{word} {name}") for name in names}
    if None in known.values():
        return _unread(answers, guard)
    return tuple(name for name in names if known[name])


def _connections(
    containers: Sequence[Running], answers: Answers
) -> tuple[Connections, ...] | Unread:
    """Those from outside: not from another container, the same host, or Hall's own login."""
    if any(f"netns {one.name}" not in answers.read for one in containers):
        return _unread(answers, "connections")
    inside = {ip_address(address) for one in containers for address in one.addresses}
    hall = _own_end(answers.came_from)
    counts = dict.fromkeys((one.name for one in containers), 0)
    for peer in answers.peers:
        own = (peer.there, peer.port) == hall
        if peer.container in counts and not own and _from_outside(peer, inside):
            counts[peer.container] += peer.count
    return tuple(Connections(name, count) for name, count in counts.items() if count)


def _from_outside(peer: Peer, inside: set[Ip]) -> bool:
    return not (peer.there.is_loopback or peer.there == peer.here or peer.there in inside)


def _own_end(came_from: str) -> tuple[Ip, int] | None:
    """Hall's address and the port it came to, of SSH_CONNECTION (ssh(1), ENVIRONMENT)."""
    try:
        there, _, _, port = came_from.split(" ")
        return ip_address(there), int(port)
    except ValueError:
        return None


def _unread(answers: Answers, guard: str) -> Unread:
    missing = "the script on the server does not know this question"
    return Unread(plain(answers.unread.get(guard, missing).encode()))
