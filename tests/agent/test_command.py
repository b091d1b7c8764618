"""The command ``hall agent``: its key, its options, and a process of its own."""

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hall.agent import key
from hall.agent.clock import AgentClock
from hall.agent.command import agent
from hall.agent.key import read_key
from hall.agent.listen import agent_socket, agent_tls_context
from hall.agent.settings import Allowed, Tls
from hall.core.errors import ConfigurationError, ListenError
from hall.net.signing import SignedRequest, authorization
from tests.adapters.docker.fake_engine import FakeEngine, on_unix
from tests.agent.agents import SECRET, Caller, agent_process, eventually, exchange, raw
from tests.lab.certificates import Authority
from tests.support.timeouts import PATIENCE_S

MOST_MB = 40


def keyed(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400])
def test_the_key_is_read_from_its_file(tmp_path: Path, mode: int):
    assert read_key(keyed(tmp_path, f"{SECRET}\n", mode)) == SECRET.encode()


def test_without_a_file_the_key_is_in_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(key.VARIABLE, f" {SECRET} ")
    assert read_key(None) == SECRET.encode()


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        (SECRET, 0o644, "everybody here may read the key"),
        (SECRET, 0o602, "everybody here may read the key"),
        (SECRET[:31], 0o600, "a key has at least 32 characters; make one with: openssl rand"),
        ("", 0o600, "there is no key"),
    ],
)
def test_a_key_that_protects_nothing_is_refused(tmp_path: Path, text: str, mode: int, why: str):
    with pytest.raises(ConfigurationError, match=why) as caught:
        read_key(keyed(tmp_path, text, mode))
    assert "0123456789" not in str(caught.value)


def test_a_key_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(key.VARIABLE, raising=False)
    with pytest.raises(
        ConfigurationError, match="set HALL_AGENT_KEY; make one with: hall agent --new-key"
    ):
        read_key(None)
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_key(tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\xff" * 40)
    with pytest.raises(ConfigurationError, match="it is not text"):
        read_key(tmp_path / "binary")


def test_a_new_key_is_good_and_another_each_time():
    keys = [CliRunner().invoke(agent, ["--new-key"]).output for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{64}\n", one) for one in keys)
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--docker", "tcp://x"], "expected unix:///path/to.sock, or none"),
        (["--sleep-command", "'"], "No closing quotation"),
        (["--sleep-command", " "], "expected a program"),
        (["--sleep-command", "hall-no-such now"], 'there is no program "hall-no-such"'),
        (["--sleep-command", "/nowhere/suspend"], 'there is no program "/nowhere/suspend"'),
        (["--tls-cert", "x"], "--tls-cert and --tls-key go together"),
        (["--port", "70000"], "0<=x<=65535"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], why: str):
    found = CliRunner().invoke(agent, options, env={"HALL_AGENT_KEY": SECRET})
    assert (found.exit_code, why in found.output) == (2, True)


def test_in_the_environment_several_names_stand_in_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HALL_AGENT_PROJECT", "client1 client2")
    monkeypatch.setenv("HALL_AGENT_SLEEP_COMMAND", "sh -c 'a b' 60")
    given = agent.make_context("agent", []).params
    assert given["projects"] == ("client1", "client2")
    assert given["sleep_command"] == ("sh", "-c", "a b", "60")


def test_allowed_are_projects_and_single_containers():
    allowed = Allowed(frozenset({"shop"}), frozenset({"lone"}))
    assert allowed.holds("web", "shop")
    assert allowed.holds("lone", None)
    assert not allowed.holds("web", None)
    assert not allowed.holds("shop", "other")
    assert Allowed(frozenset({"*"})).holds("web", "other")
    assert not Allowed(frozenset({"*"})).holds("web", None)


def test_a_taken_port_and_a_foreign_address_are_told():
    with agent_socket("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(ListenError, match="choose another address with --host and --port"):
            agent_socket("127.0.0.1", port)
    with pytest.raises(ListenError, match="Cannot listen on 192"):
        agent_socket("192.0.2.1", 0)


def test_a_certificate_of_no_use_is_told(tmp_path: Path):
    files = Authority(tmp_path).server("127.0.0.1")
    with pytest.raises(ConfigurationError, match="No such file"):
        agent_tls_context(Tls(tmp_path / "none", files.key))
    with pytest.raises(ConfigurationError, match="it cannot be used"):
        agent_tls_context(Tls(files.key, files.key))


# ---- a process -------------------------------------------------------------------------------


def of_process(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


async def test_it_runs_light_and_without_the_gateway(tmp_path: Path):
    fake = FakeEngine({"GET /containers/json": (200, [])})
    async with on_unix(fake, tmp_path) as url, agent_process("--docker", url) as one:
        assert f":{one.port}, without TLS" in one.said
        assert (await exchange(one.port, raw(SignedRequest("GET", "/v1/hello")))).code == "unsigned"
        status, maps = of_process(one.process.pid, "status"), of_process(one.process.pid, "maps")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    assert int(found[1]) < MOST_MB * 1024
    assert not re.search("pydantic|sqlite|httpx|cryptography", maps)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_cleanly_with_connections_open(number: signal.Signals):
    async with agent_process("--docker", "none") as one:
        _, writer = await asyncio.open_connection("127.0.0.1", one.port)
        one.tell(number)
        async with asyncio.timeout(PATIENCE_S):
            assert await one.process.wait() == 0
        writer.close()


async def test_it_ends_quietly_while_hall_listens():
    async with agent_process("--docker", "none") as one:
        hall = await Caller(one.port, AgentClock()).hello()
        request, stamp = SignedRequest("GET", "/v1/news"), hall.stamp()
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        writer.write(raw(request, authorization(SECRET.encode(), request, stamp)))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        one.tell(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            _, said = await one.process.communicate()
        writer.close()
    assert (one.process.returncode, said) == (0, b"")


def test_the_default_sleep_command_is_not_looked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    given = agent.make_context("agent", []).params
    assert given["sleep_command"] == ("systemctl", "suspend")


async def test_the_key_is_not_in_the_environment_of_what_it_runs(tmp_path: Path):
    out = tmp_path / "environment"
    command = f"sh -c 'env > {out}.new; mv {out}.new {out}'"
    async with agent_process("--docker", "none", "--sleep-command", command) as one:
        hall = await Caller(one.port, AgentClock()).hello()
        assert (await hall.ask("POST", "/v1/sleep", {"instance": hall.instance})).status == 202
        await eventually(out.exists)
    assert "PATH=" in out.read_text()
    assert SECRET not in out.read_text()


def test_it_says_in_one_line_why_it_does_not_start(tmp_path: Path):
    words = [sys.executable, "-m", "hall", "agent", "--key-file", str(tmp_path / "none")]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"hall: {tmp_path}/none: it cannot be read: No such file or directory\n"
