"""The report: every guard by itself, and one that cannot be read says why."""

import os
from pathlib import Path

import pytest

from hall.agent import proc
from hall.agent.bounds import Bounds
from hall.agent.guards import WantedGuards, existing
from tests.adapters.docker.fake_engine import FakeEngine, inspected, listed, on_unix
from tests.agent.agents import Heard, agent
from tests.agent.machines import Machine

ALL = {
    "sessions": True,
    "load": True,
    "inhibitors": True,
    "connections": True,
    "keep_awake": True,
    "processes": ["borg"],
    "lock_files": ["/nowhere/lock"],
}


async def report(asked: object, **settings: object) -> Heard:
    async with agent(**settings) as one:
        return await one.ask("POST", "/v1/report", asked)


async def test_only_what_is_asked_for_is_read_and_how_the_server_is(machine: Machine):
    told = (await report({"load": True, "processes": [], "of_a_newer_hall": 7})).json
    assert told["guards"].keys() == {"load"}
    assert 0 <= told["guards"]["load"] < 1000
    assert 0 < told["vitals"]["memory"]["available"] <= told["vitals"]["memory"]["total"]
    assert told["vitals"]["uptime_s"] > 0
    assert len(told["vitals"]["load"]) == 3


async def test_a_server_at_rest_has_nothing_to_tell(machine: Machine):
    machine.program("who", "")
    told = (await report(ALL, machine=machine.files)).json["guards"]
    assert told.pop("load") == 0.5 / (os.cpu_count() or 1)
    assert told == {
        "sessions": [],
        "inhibitors": [],
        "processes": [],
        "lock_files": [],
        "connections": [],
        "keep_awake": [],
    }


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        7,
        "x",
        {"load": 1},
        {"processes": "borg"},
        {"processes": [1]},
        {"ports": ["445"]},
        {"ports": [True]},
    ],
)
async def test_a_question_in_another_shape_is_refused(body: object):
    heard = await report(body)
    assert (heard.status, heard.code) == (400, "bad_request")


def test_a_question_that_is_no_json_is_none():
    assert WantedGuards.read(b"\xff") is None
    assert WantedGuards.read(b"[" * 100_000) is None


async def test_a_guard_that_cannot_be_read_says_why_and_the_others_are_read(machine: Machine):
    machine.has_systemd()
    machine.program("busctl", "echo 'access denied' >&2; exit 1")
    machine.program("who", "exit 1")
    told = (await report(ALL, docker="/nowhere/docker.sock", machine=machine.files)).json["guards"]
    assert told["inhibitors"] == {"unread": "busctl: access denied"}
    assert told["sessions"] == {"unread": "who: it failed"}
    assert told["connections"] == told["keep_awake"] == {"unread": "Docker is not listening"}
    assert told["lock_files"] == []


async def test_a_guard_that_takes_too_long_is_unread(machine: Machine):
    machine.program("who", "exec sleep 60")
    assert (
        await report({"sessions": True}, machine=machine.files, bounds=Bounds(guard_s=0.1))
    ).json["guards"] == {"sessions": {"unread": "it took too long"}}


def running(**labels: str) -> FakeEngine:
    found = inspected("web")
    found["State"]["Pid"] = 1
    found["Config"]["Labels"] = labels
    gone = inspected("gone", "exited")
    return FakeEngine(
        {
            "GET /containers/json": (200, [listed("w"), listed("g"), listed("x")]),
            "GET /containers/w/json": (200, found),
            "GET /containers/g/json": (200, gone),
        }
    )


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ({}, []),
        ({"hall.keep-awake": "true"}, ["web"]),
        ({"hall.keep-awake": ""}, ["web"]),
        ({"hall.keep-awake": " No "}, []),
        ({"hall.keep-awake": "0"}, []),
    ],
)
async def test_containers_that_keep_the_server_awake_are_named(
    tmp_path: Path, labels: dict[str, str], kept: list[str]
):
    async with on_unix(running(**labels), tmp_path) as url:
        heard = await report({"keep_awake": True}, docker=url.removeprefix("unix://"))
    assert heard.json["guards"] == {"keep_awake": kept}


@pytest.mark.parametrize("answer", [(500, {"message": "no"}), (200, {"not": "a list"})])
async def test_a_docker_that_does_not_tell_is_unread(tmp_path: Path, answer: tuple[int, object]):
    async with on_unix(FakeEngine({"GET /containers/json": answer}), tmp_path) as url:
        heard = await report({"connections": True}, docker=url.removeprefix("unix://"))
    assert "does not answer as expected" in heard.json["guards"]["connections"]["unread"]


def test_programs_are_known_by_name(machine: Machine):
    machine.process(20, "borg", "/usr/bin/python3", "/usr/bin/borg", "create")
    machine.process(21, "a-very-long-nam", "/opt/a-very-long-name-indeed")
    machine.process(22, "renamed", "/usr/bin/rsync", "-a")
    machine.process(23, "kworker/0:1")
    names = ("borg", "a-very-long-name-indeed", "rsync", "kworker/0:1", "bor", "init")
    assert proc.running_processes(names, machine.proc) == (names[0], names[1], names[2], "init")


def test_a_file_that_exists_is_told_even_if_it_leads_nowhere(tmp_path: Path):
    (tmp_path / "lock").touch()
    (tmp_path / "link").symlink_to("nowhere")
    paths = [str(tmp_path / name) for name in ("lock", "link", "none", "lock/none")]
    assert existing(tuple(paths)) == (paths[0], paths[1])


def test_a_file_that_cannot_be_looked_for_is_an_error(tmp_path: Path):
    with pytest.raises(OSError, match="too long"):
        existing((f"/{'x' * 300}",))
