"""What ``config/server/hall-ssh`` lets Hall do on a server, as ``docs/ssh.md`` sets it up."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from hall.adapters.probes.resolver import Names
from hall.adapters.ssh import guards
from hall.adapters.ssh.factory import ssh_inspector, ssh_sleep
from hall.core.config.methods import GuardsConfig, SshSleep
from hall.core.errors import SleepError
from tests.adapters.docker.fake_engine import FakeEngine, on_unix
from tests.adapters.ssh.sshd import USER, Sshd, an_sshd, engine_behind
from tests.support.timeouts import PATIENCE_S

pytestmark = pytest.mark.slow

DISPATCHER = Path(__file__).parents[3] / "config/server/hall-ssh"
LOAD = GuardsConfig(sessions=False, inhibitors=False, connections=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    """A server that was set up by the book; its sudo and logger tell what they are asked."""
    for file in (DISPATCHER, guards.SCRIPT):
        shutil.copy(file, tmp_path)
    for name in ("sudo", "logger"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {tmp_path}/{name}\n')
        program.chmod(0o755)
    options = (
        f'permitopen="[{tmp_path}/docker.sock]:*",from="127.0.0.1",command="{tmp_path}/hall-ssh"'
    )
    path = f"SetEnv PATH={tmp_path}/bin:/usr/bin:/bin"
    with an_sshd(tmp_path / "sshd", path, authorized=f"restrict,port-forwarding,{options}") as sshd:
        yield sshd


async def sleep(server: Sshd, command: str = "systemctl suspend") -> None:
    way = SshSleep(method="ssh", command=command)
    await ssh_sleep(server.server(sleep=way), Path(), Names()).sleep()


async def test_the_sleep_order_is_carried_out(server: Sshd, tmp_path: Path):
    await sleep(server)
    assert (tmp_path / "sudo").read_text() == "-n systemctl suspend\n"
    assert not (tmp_path / "logger").exists()


@pytest.mark.parametrize(
    "command",
    ["id", "systemctl poweroff", "systemctl suspend; id", "x\n# hall-guards 1", "\x1b[2J"],
)
async def test_anything_else_is_refused_and_logged(server: Sshd, tmp_path: Path, command: str):
    shown = command.partition("\n")[0].replace("\x1b", "?")
    with pytest.raises(SleepError) as caught:
        await sleep(server, command)
    assert str(caught.value) == f"hall-ssh: refused: {shown}"
    logged = (tmp_path / "logger").read_text()
    assert logged == f"-t hall-ssh -p auth.warning refused for {USER} from 127.0.0.1: {shown}\n"
    assert not (tmp_path / "sudo").exists()


async def test_a_shell_and_a_file_transfer_are_refused(server: Sshd, tmp_path: Path):
    async with asyncssh.connect(
        "127.0.0.1",
        server.port,
        username=USER,
        client_keys=[str(server.folder / "hall")],
        known_hosts=None,
        config=None,
    ) as person:
        assert (await person.run()).exit_status == 126
        with pytest.raises(asyncssh.Error):
            await person.create_process(term_type="xterm")
        with pytest.raises((asyncssh.Error, OSError)):
            await person.start_sftp_client()
        with pytest.raises(asyncssh.ChannelOpenError):
            await person.open_connection("127.0.0.1", server.port)
    assert "a shell" in (tmp_path / "logger").read_text()


async def test_the_guards_are_asked_with_the_copy_of_the_server(server: Sshd, tmp_path: Path):
    inspector = ssh_inspector(server.server(), Path(), Names())
    assert isinstance((await inspector.report(LOAD, None)).load, float)
    own = tmp_path / "guards.sh"
    await asyncio.to_thread(own.write_text, "echo hall-guards 1; echo load 3 1; echo end")
    assert (await inspector.report(LOAD, None)).load == 3.0


async def test_the_tunnel_leads_to_docker_and_nowhere_else(server: Sshd, tmp_path: Path):
    async with on_unix(FakeEngine({"GET /_ping": (200, b"OK")}), tmp_path):
        assert (await engine_behind(server, tmp_path / "docker.sock").ping(PATIENCE_S)).ok
        (tmp_path / "other.sock").symlink_to(tmp_path / "docker.sock")
        result = await engine_behind(server, tmp_path / "other.sock").ping(PATIENCE_S)
    assert result.detail.code == "docker_refused"


def test_script_and_dispatcher_agree_on_the_mark():
    assert f'"{guards.SCRIPT_MARK}"' in DISPATCHER.read_text()
    assert guards.COMMAND.startswith(f"{guards.SCRIPT_MARK}\n")
