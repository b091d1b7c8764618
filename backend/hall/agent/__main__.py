"""``python -m hall.agent``: the agent, without loading any of the gateway."""

import sys

import click

from hall.agent.command import agent
from hall.core.errors import HallError

if __name__ == "__main__":
    try:
        agent(prog_name="hall agent")
    except HallError as error:
        click.echo(f"hall: {error}", err=True)
        sys.exit(1)
