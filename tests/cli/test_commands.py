"""The command line's table of commands, and times as people type them."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from hall.cli import COMMANDS, main

HEAVY = ("quart", "hypercorn", "httpx", "aiosqlite", "hall.interface", "hall.adapters")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_name_leads_to_a_command_that_says_what_it_does(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert (command.name, bool(command.help)) == (name, True)


def test_the_help_lists_every_command():
    said = CliRunner().invoke(main, ["--help"])
    assert [name for name in COMMANDS if f"\n  {name} " not in said.output] == []


def test_an_unknown_command_is_wrong_usage():
    said = CliRunner().invoke(main, ["wkae"])
    assert (said.exit_code, "wkae" in said.output) == (2, True)


def test_the_agents_command_loads_nothing_of_the_gateway():
    code = (
        "import sys, click, hall.cli\n"
        "hall.cli.main.get_command(click.Context(hall.cli.main), 'agent')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
