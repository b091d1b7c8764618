"""The guards, asked of a real SSH server."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from pathlib import Path

import asyncssh
import pytest

from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_inspector
from hall.adapters.ssh.guards import SshInspector
from hall.adapters.ssh.keys import host_keys, private_key
from hall.adapters.ssh.login import Login
from hall.adapters.ssh.target import SshTarget
from hall.adapters.ssh.timeouts import SshTimeouts
from hall.core.config.methods import GuardsConfig
from hall.core.errors import InspectError
from hall.core.model.container import RunningContainer
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from tests.adapters.neighbours import refusing, say_nothing, serving
from tests.adapters.own_network import in_own_network, ip
from tests.adapters.ssh.sshd import USER, Sshd, an_sshd
from tests.lab.needs import refuse
from tests.support.timeouts import PATIENCE_S

pytestmark = pytest.mark.slow

NOTHING = {"sessions": False, "load": None, "inhibitors": False, "connections": False}


async def asked(
    sshd: Sshd,
    containers: tuple[RunningContainer, ...] | None = None,
    timeouts: SshTimeouts = SshTimeouts(),
    **guards: object,
) -> GuardReport:
    """The report on these guards, and on no other."""
    inspector = ssh_inspector(sshd.server(), Path(), Names(), timeouts)
    return await inspector.report(GuardsConfig(**(NOTHING | guards)), containers)


def somebody(sshd: Sshd) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
    """A person with an SSH client of their own."""
    return asyncssh.connect(
        "127.0.0.1",
        sshd.port,
        username=USER,
        client_keys=[str(sshd.folder / "hall")],
        known_hosts=None,
        config=None,
        agent_path=None,
    )


async def test_what_is_not_asked_for_is_not_told_and_costs_no_login(sshd: Sshd):
    before = sshd.logins
    assert await asked(sshd) == GuardReport()
    assert sshd.logins == before


async def test_load_is_told_per_cpu(sshd: Sshd):
    load = (await asked(sshd, load=1)).load
    assert isinstance(load, float)
    assert 0 <= load == pytest.approx(os.getloadavg()[0] / (os.cpu_count() or 1), abs=0.5)


async def test_somebody_at_a_terminal_is_told_until_they_leave(sshd: Sshd):
    async with somebody(sshd) as person, person.create_process(term_type="xterm") as shell:
        shell.stdin.write("tty\n")
        tty = await shell.stdout.readuntil(("/dev/pts/", "\n$ "))
        assert tty.endswith("/dev/pts/")
        name = f"{USER} on pts/{(await shell.stdout.readline()).strip()}"
        assert name in (await asked(sshd, sessions=True)).sessions
    assert name not in (await asked(sshd, sessions=True)).sessions


async def test_halls_own_connections_are_nobodys_session(sshd: Sshd):
    async with somebody(sshd) as tunnel, tunnel.create_process("cat"):
        found = (await asked(sshd, sessions=True)).sessions
    assert f"{USER} over SSH" not in found


async def test_another_users_connection_without_terminal_is_a_session(sshd: Sshd):
    """Hall is told from others by its user; here it believes to be somebody else."""
    config = sshd.server().ssh
    assert config is not None
    login = Login(
        SshTarget(sshd.address, sshd.port, USER),
        key=private_key(config.key, Path()),
        host_keys=host_keys(config.host_key),
        names=Names(),
        timeouts=SshTimeouts(),
    )
    sessions = GuardsConfig(**(NOTHING | {"sessions": True}))
    report = await SshInspector(login, ("somebody-else",)).report(sessions, None)
    assert f"{USER} over SSH" in report.sessions


@contextmanager
def running(program: Path, *, calls_itself: str | None = None) -> Iterator[None]:
    if calls_itself is None:
        shutil.copy("/bin/sleep", program)
    with subprocess.Popen([calls_itself or program, "9"], executable=program) as process:
        yield
        process.kill()


async def test_a_program_that_runs_is_told_by_its_name(sshd: Sshd, tmp_path: Path):
    names = ("hall-borg", "hall-no-such", "hall-backup-with-a-long-name")
    with running(tmp_path / names[0]), running(tmp_path / names[2]):
        report = await asked(sshd, processes=names)
    assert report.processes == (names[0], names[2])
    assert (await asked(sshd, processes=names)).processes == ()


async def test_a_program_is_known_by_what_it_calls_itself(sshd: Sshd):
    with running(Path("/bin/sleep"), calls_itself="/srv/bin/hall-alias"):
        report = await asked(sshd, processes=("hall-alias", "sleep", "hall"))
    assert report.processes == ("hall-alias", "sleep")


async def test_lock_files_that_exist_are_told(sshd: Sshd, tmp_path: Path):
    there, gone = tmp_path / "a lock.pid", tmp_path / "none" / "backup.lock"
    there.touch()
    report = await asked(sshd, lock_files=(str(there), str(gone)))
    assert report.lock_files == (str(there),)


async def test_the_network_of_a_container_that_is_gone_cannot_be_read(sshd: Sshd):
    web = RunningContainer(name="web", pid=2**22 + 1, addresses=("172.18.0.2",))
    report = await asked(sshd, (web,), connections=True)
    assert report.connections == Unreadable("the network of container web cannot be read")


async def test_what_comes_from_this_host_is_not_from_outside(sshd: Sshd):
    async with serving(say_nothing) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        web = RunningContainer(name="web", pid=os.getpid(), addresses=("172.18.0.2",))
        report = await asked(sshd, (web,), connections=True)
        writer.close()
        await writer.wait_closed()
    assert report.connections == ()


async def test_a_container_in_the_network_of_the_host_is_not_asked_for(sshd: Sshd):
    report = await asked(sshd, (RunningContainer(name="web", pid=os.getpid()),), connections=True)
    assert not report.connections


async def test_without_docker_connections_are_not_told(sshd: Sshd):
    assert (await asked(sshd, None, connections=True)).connections is None


async def test_a_server_that_cannot_be_asked_is_an_error(sshd: Sshd):
    with refusing() as port:
        server = sshd.server(ssh=sshd.ssh(port=port))
        with pytest.raises(InspectError, match="the SSH server refuses the connection"):
            await ssh_inspector(server, Path(), Names()).report(GuardsConfig(), None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo hall-guards 1; echo load 1 1", "its answer is cut off"),
        ("echo 'no such thing' >&2; exit 126", "no such thing"),
        ("yes", "the answer of the server is too long"),
        ("kill -KILL $PPID", "the connection was cut"),
        ("sleep 60", "its guards were not told within 1 s"),
    ],
)
async def test_an_answer_that_is_not_whole_is_an_error(tmp_path: Path, command: str, words: str):
    timeouts = SshTimeouts(ask_s=1.0 if command == "sleep 60" else PATIENCE_S)
    with (
        an_sshd(tmp_path / "sshd", f"ForceCommand {command}") as sshd,
        pytest.raises(InspectError, match=words),
    ):
        await asked(sshd, timeouts=timeouts, load=1)


@pytest.mark.parametrize("shell", ["tcsh", "csh", "dash", "bash", "busybox ash"])
async def test_any_login_shell_will_do(tmp_path: Path, shell: str):
    """It reads a short and plain line; what quotes in its own way would stumble over the script."""
    if shutil.which(shell.split(maxsplit=1)[0]) is None:
        refuse(f"{shell} is not installed (.ci/packages installs tcsh)")
    there = tmp_path / "it's a !lock $(of) `mine`"
    there.touch()
    with an_sshd(tmp_path / "sshd", f'ForceCommand {shell} -c "$SSH_ORIGINAL_COMMAND"') as sshd:
        report = await asked(sshd, load=1, processes=("hall no such",), lock_files=(str(there),))
    assert isinstance(report.load, float)
    assert (report.processes, report.lock_files) == ((), (str(there),))


async def test_what_a_shell_says_in_greeting_is_passed_over(tmp_path: Path):
    greeting = 'ForceCommand echo Welcome; exec sh -c "$SSH_ORIGINAL_COMMAND"'
    with an_sshd(tmp_path / "sshd", greeting) as sshd:
        assert isinstance((await asked(sshd, load=1)).load, float)


LISTEN = """
import socket
door = socket.create_server(("::", 8080), family=socket.AF_INET6, dualstack_ipv6=True)
print("ready", flush=True)
kept = [door.accept() for _ in range(9)]
"""


@contextmanager
def listening() -> Iterator[int]:
    """A process that listens on port 8080, of IPv4 and IPv6."""
    command = [sys.executable, "-c", LISTEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
        process.kill()


@pytest.mark.lab
def test_connections_from_outside_are_counted(tmp_path: Path):
    """Addresses that are not of loopback, on the loopback of a network of its own."""
    ways = [("192.0.2.2", "192.0.2.1")] * 2 + [("192.0.2.3", "192.0.2.1")]
    ways += [("2001:db8::2", "2001:db8::1"), ("192.0.2.1", "192.0.2.1"), ("127.0.0.1", "127.0.0.1")]

    async def look() -> GuardReport:
        for address in {one for way in ways[:5] for one in way}:
            ip(f"addr add {address}/{128 if ':' in address else 32} dev lo nodad")
        with an_sshd(tmp_path / "sshd") as sshd, listening() as pid, ExitStack() as stack:
            for here, there in ways:
                link = socket.create_connection((there, 8080), 5, source_address=(here, 0))
                stack.enter_context(link)
            web = RunningContainer(name="web", pid=pid, addresses=("192.0.2.1", "2001:db8::1"))
            database = RunningContainer(name="db", pid=pid, addresses=("192.0.2.3",))
            return await asked(sshd, (web, database), connections=True)

    assert in_own_network(look).connections == (ConnectionCount("web", 3), ConnectionCount("db", 3))


@pytest.mark.lab
def test_connections_from_outside_into_the_server_itself_are_counted(tmp_path: Path):
    async def look() -> GuardReport:
        for address in ("192.0.2.1", "192.0.2.2"):
            ip(f"addr add {address}/32 dev lo nodad")
        ways = [("192.0.2.2", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("127.0.0.1", "127.0.0.1")]
        with an_sshd(tmp_path / "sshd") as sshd, listening(), ExitStack() as stack:
            for here, there in ways:
                link = socket.create_connection((there, 8080), 5, source_address=(here, 0))
                stack.enter_context(link)
            return await asked(sshd, ports=(8080, 445))

    assert in_own_network(look).ports == (PortUse(8080, 1),)
