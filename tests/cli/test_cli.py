"""The command line, as a person or a script runs it: real processes, a real gateway."""

import asyncio
import json
import os
import pty
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bench.gateway import Stage, served, staged
from hall.demo.scenes import SCENES, SceneDeadlines
from tests.support.command_line import hall
from tests.support.ports import a_free_port
from tests.support.small_hall import a_document
from tests.support.timeouts import PATIENCE_S

pytestmark = pytest.mark.slow

SOON = SceneDeadlines(network=2, docker=2, containers=2, app=2)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


@pytest.fixture
async def hopeless(tmp_path: Path) -> AsyncIterator[Stage]:
    """A gateway whose one server never answers its packets."""
    lost = replace(SCENES[0], written_mac="02:00:00:00:00:99", deadlines=SOON)
    async with staged(tmp_path, lost, retry={"attempts": 1}) as stage:
        yield stage


def written(folder: Path, **domain: object) -> str:
    path = folder / "domains.json"
    path.write_text(json.dumps(a_document(**domain)))
    return str(path)


async def test_a_right_configuration_is_said_to_be_right(tmp_path):
    said = await hall("check", "--config", written(tmp_path))
    assert (said.code, said.out.endswith("is right: 1 server, 2 domains.\n")) == (0, True)


async def test_the_file_to_check_may_be_named_outright(tmp_path):
    said = await hall("check", written(tmp_path), HALL_CONFIG=str(tmp_path / "absent.json"))
    assert (said.code, said.out.startswith(str(tmp_path / "domains.json"))) == (0, True)


async def test_a_wrong_one_is_told_with_file_line_and_key(tmp_path):
    path = written(tmp_path, nmae="x")
    said = await hall("check", "--config", path)
    assert said.code == 1
    assert f"{path}:1: domains.client1.nmae: unknown key" in said.err


async def test_scripts_read_the_problems_as_json(tmp_path):
    said = await hall("check", "--json", "--config", str(tmp_path / "absent.json"))
    body = json.loads(said.out)
    assert (said.code, body["ok"], len(body["problems"])) == (1, False, 1)


async def test_serving_a_wrong_configuration_says_why_and_starts_nothing(tmp_path):
    said = await hall("serve", "--config", written(tmp_path, url="nowhere"))
    assert said.code == 1
    assert "domains.client1.url" in said.err
    assert "Traceback" not in said.err


async def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = await hall(
            *("serve", "--config", written(tmp_path), "--data", str(tmp_path / "data")),
            *("--host", "127.0.0.1", "--port", port),
        )
    assert said.code == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in said.err
    assert "Traceback" not in said.err


async def test_waiting_wakes_shows_each_step_and_ends_ready(gateway):
    said = await hall("wait", "demo", "--url", gateway.url)
    assert (said.code, "healthy" in said.out) == (0, True)
    assert "waking: Magic packet sent" in said.err
    assert gateway.server.boots == 1


async def test_on_a_terminal_a_bar_follows_the_wake(gateway):
    screen, terminal = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hall", "wait", "demo", "--url", gateway.url), stderr=terminal
    )
    assert await process.wait() == 0
    os.close(terminal)
    shown = os.read(screen, 100_000).decode()
    os.close(screen)
    assert "[####" in shown
    assert "100%" in shown


async def test_a_wake_is_started_and_not_waited_for(gateway):
    said = await hall("wake", "demo", "--json", "--url", gateway.url)
    assert (said.code, json.loads(said.out)["status"]) == (0, "waking")


async def test_the_status_is_told_and_wakes_nothing(gateway):
    said = await hall("status", "demo", "--url", gateway.url)
    assert (said.code, "The server is asleep" in said.out) == (0, True)
    assert gateway.server.boots == 0


async def test_without_names_all_domains_of_the_gateway_are_told(gateway, tmp_path):
    said = await hall("status", "--url", gateway.url, HALL_CONFIG=str(tmp_path / "absent.json"))
    assert (said.code, said.out.split()[0]) == (0, "demo")
    assert said.err == f"Domains of the gateway at {gateway.url}:\n"


async def test_who_is_no_admin_is_told_those_of_the_configuration(tmp_path):
    config, port = tmp_path / "domains.json", a_free_port()
    document = a_document()
    document["gateway"]["admin"] = {"allow": ["192.0.2.1"]}
    del document["domains"]["private"]
    config.write_text(json.dumps(document))
    async with served(config, port, tmp_path):
        said = await hall("status", HALL_PORT=str(port), HALL_CONFIG=str(config))
    assert (said.code, said.out.split()[0]) == (0, "client1")
    there = f"http://127.0.0.1:{port}"
    assert said.err == f"Domains of {config}, as the gateway at {there} tells of each:\n"


async def test_the_gateway_is_sought_on_the_port_of_the_environment():
    port = a_free_port()
    said = await hall("servers", HALL_PORT=str(port))
    assert (said.code, f"No gateway answers at http://127.0.0.1:{port}" in said.err) == (5, True)
    said = await hall("servers", HALL_PORT="http")
    assert (said.code, "HALL_PORT='http': expected a number" in said.err) == (2, True)


async def test_an_unknown_domain_is_refused_by_name(gateway):
    said = await hall("status", "nowhere", "--url", gateway.url)
    assert said.code == 1
    assert "There is no domain 'nowhere' here" in said.err


async def test_a_failed_wake_has_an_exit_code_of_its_own(hopeless):
    said = await hall("wait", "demo", "--url", hopeless.url)
    assert said.code == 3
    assert "The server did not answer within 2 s" in said.out


async def test_out_of_time_has_one_too(hopeless):
    said = await hall("wait", "demo", "--timeout", "0.3", "--json", "--url", hopeless.url)
    assert (said.code, json.loads(said.out)["ready"]) == (4, False)


async def test_no_gateway_has_one_too():
    said = await hall("status", "demo", "--url", f"http://127.0.0.1:{a_free_port()}")
    assert (said.code, said.err.startswith("hall: No gateway answers at")) == (5, True)


async def test_what_is_no_gateway_is_told_apart(gateway):
    elsewhere = f"http://127.0.0.1:{gateway.server.ports.docker}"
    assert (await hall("status", "demo", "--url", elsewhere)).code == 5


async def test_the_demo_invites_serves_and_ends_at_once():
    port = a_free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hall", "demo", "--port", str(port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    await process.stdout.readuntil(f"http://127.0.0.1:{port}/demo".encode())
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://127.0.0.1:{port}/demo", headers={"Accept": "text/html"})
    told = await process.stdout.readuntil(b" servers\n")
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(PATIENCE_S):
        rest = await process.stdout.read()
    assert b"Hall puts them to sleep two minutes after the last visit." in told
    assert f"  HALL_URL=http://127.0.0.1:{port} ".encode() in told
    assert (page.status_code, await process.wait()) == (503, 0)
    assert b"Traceback" not in rest
