"""The command ``hall``: parse, print, hand over. One module a handful of commands.

Exit codes, for scripts: 0 done, 1 refused or misconfigured, 2 wrong usage, 3 the wake failed,
4 out of time, 5 no gateway answers.
"""

import sys
from typing import Any

import click

from hall import __version__
from hall.cli.lazy import LazyGroup
from hall.core.errors import HallError

COMMANDS = {
    "serve": "hall.cli.serve:serve_command",
    "check": "hall.cli.config:check",
    "schema": "hall.cli.config:schema",
    "demo": "hall.cli.serve:demo",
    "status": "hall.cli.query:status",
    "wake": "hall.cli.query:wake",
    "wait": "hall.cli.query:wait",
    "servers": "hall.cli.query:servers",
    "hold": "hall.cli.overrides:hold",
    "sleep": "hall.cli.overrides:sleep",
    "plan": "hall.cli.forecast:plan",
    "simulate": "hall.cli.simulate:simulate_command",
    "agent": "hall.agent.command:agent",
}
"""Where each command is; it is read only when it is called, so that the agent stays small."""

CODES = {"gateway_unreachable": 5}
"""Exit codes by error; every other is 1."""


class _Commands(LazyGroup):
    """Turns Hall's own errors into a sentence on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except HallError as error:
            click.echo(f"hall: {error}", err=True)
            sys.exit(CODES.get(error.code, 1))


@click.group(
    cls=_Commands, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="hall")
def main() -> None:
    """Hall, a wake-on-demand gateway.

    Exit codes: 0 done, 1 refused or misconfigured, 2 wrong usage, 3 the wake failed,
    4 out of time, 5 no gateway answers.
    """
