"""The guards over SSH: one script, run on the server, that says what is busy there."""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import asyncssh

from hall.adapters.guards.answers import Answers, AnswersError, parse
from hall.adapters.guards.questions import questions, report
from hall.adapters.ssh.errors import translate_errors
from hall.adapters.ssh.execution import Ended, TooLongError, plain, run_and_read
from hall.adapters.ssh.login import Login
from hall.core.config.methods import GuardsConfig
from hall.core.errors import InspectError
from hall.core.model.container import RunningContainer
from hall.core.model.guards import GuardReport
from hall.core.model.reason import Why, because

SCRIPT = Path(__file__).parent.with_name("guards") / "guards.sh"
"""The script that is run; its head tells what it is asked, and what it answers."""

SCRIPT_MARK = "# hall-guards 1"
"""The first line of what is run; a forced command knows it by that, and runs its own copy."""

COMMAND = f"{SCRIPT_MARK}\n/bin/sh -s"
"""All that the user's own shell reads: it may be csh or fish, which quote in ways of their own."""

_ASKED = "asked=3; exec 3<<'end'"
"""Gives the questions that follow, to the line ``end``, to the script after them on descriptor 3.

A forced command's copy of the script takes it for a question that it does not know, and is asked
the others; it reads no further than their end.
"""


class SshInspector:
    """Asks a server for its guards, each time over a connection of its own."""

    def __init__(self, login: Login, own_users: Sequence[str]) -> None:
        self._login = login
        self._own_users = own_users

    async def report(
        self, guards: GuardsConfig, containers: Sequence[RunningContainer] | None
    ) -> GuardReport:
        """What of ``guards`` is asked for, as it is now; what cannot be read is ``Unreadable``.

        Raises:
            InspectError: the server could not be asked, or its answer is cut off.
        """
        counted = containers if guards.connections else None
        asked = list(questions(guards, counted, self._own_users))
        if not asked:
            return GuardReport()
        answers = await self._ask("\n".join([_ASKED, *asked, "end", _script()]))
        return report(guards, counted, answers)

    async def _ask(self, asked: str) -> Answers:
        with translate_errors(InspectError):
            async with self._login.opened() as connection:
                ended = await _run(connection, asked.encode(), self._login.timeouts.ask_s)
        try:
            return parse(ended.out.decode("utf-8", "replace"))
        except AnswersError as error:
            why: Why = plain(ended.errors) or error.why
            raise InspectError(because("guards_untold", why=why)) from error


async def _run(connection: asyncssh.SSHClientConnection, asked: bytes, within_s: float) -> Ended:
    try:
        async with asyncio.timeout(within_s):
            return await run_and_read(connection, COMMAND, asked)
    except TimeoutError as error:
        raise InspectError(because("guards_slow", seconds=within_s)) from error
    except asyncssh.Error as error:
        raise ConnectionResetError from error
    except TooLongError as error:
        raise InspectError(because("answer_long")) from error


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")
