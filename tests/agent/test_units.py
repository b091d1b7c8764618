"""The unit files and the documentation fit the program."""

import re
import shlex
from pathlib import Path

import pytest

from hall.agent.command import agent
from hall.agent.docker_rules import ORDERS, RULES

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "config/server"
DOC = (ROOT / "docs/agent.md").read_text("utf-8")
OPTIONS = [name for option in agent.params for name in option.opts]


def settings(unit: str) -> list[tuple[str, str]]:
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line and line[0].isalpha()]
    return [(name, value) for name, _, value in pairs]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_documented(option: str):
    assert f"`{option}`" in DOC


@pytest.mark.parametrize("option", [one for one in agent.params if one.envvar])
def test_every_variable_is_documented(option):
    assert f"| `{option.opts[0]}` | `{option.envvar}` |" in DOC


def test_every_request_that_passes_is_documented():
    for rule in RULES:
        path = rule.path.split("(")[0] if rule.kind not in ORDERS else "/containers/"
        assert f"`{rule.method} /v1/docker{path}" in DOC
    assert all(f"`{order}`" in DOC or f"/{order}`" in DOC for order in ORDERS)


def test_the_service_runs_the_command_with_options_that_it_has():
    words = shlex.split(dict(settings("hall-agent.service"))["ExecStart"])
    assert words[:2] == ["/opt/hall/bin/hall", "agent"]
    assert {word for word in words if word.startswith("--")} <= set(OPTIONS)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PrivateTmp", "no", "lock files in /tmp would count as absent"),
        ("ProtectProc", "default", "the processes of others would be hidden"),
        ("ProcSubset", "all", "the load would be hidden"),
        ("CapabilityBoundingSet", "", "it needs none"),
        ("NoNewPrivileges", "yes", "it needs none"),
    ],
)
def test_the_sandbox_is_tight_but_not_blind(name: str, value: str, why: str):
    assert dict(settings("hall-agent.service"))[name] == value, why


def test_the_hook_signals_before_sleep_and_after():
    found = settings("hall-agent-sleep.service")
    assert ("Before", "sleep.target") in found
    starts = [value for name, value in found if name == "ExecStart"]
    [stop] = [value for name, value in found if name == "ExecStop"]
    assert "SIGUSR1 hall-agent.service" in starts[0]
    assert "SIGUSR2 hall-agent.service" in stop


def test_the_rule_is_for_the_user_of_the_service():
    user = dict(settings("hall-agent.service"))["User"]
    rule = (UNITS / "50-hall-agent.rules").read_text("utf-8")
    assert re.search(rf'subject\.user == "{user}"', rule)
    assert "ignore-inhibit" not in rule


def test_the_documentation_names_files_that_are_there():
    named = re.findall(r"config/server/[\w.-]+", DOC)
    assert set(named) >= {f"config/server/{one.name}" for one in UNITS.glob("*hall-agent*")}
    assert all((ROOT / path).is_file() for path in named)
