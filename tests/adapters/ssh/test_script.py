"""The script itself, in every shell that is here, on servers of all kinds."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from hall.adapters.ssh.guards import SCRIPT
from tests.adapters.ssh.sshd import USER
from tests.lab.needs import refuse

SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "ash"]]
NOBODY = 65534


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def shell(request: pytest.FixtureRequest) -> list[str]:
    if shutil.which(request.param[0]) is None:
        refuse(f"{request.param[0]} is not installed")
    found: list[str] = request.param
    return found


class Server:
    """A make-believe of what differs between servers: programs, systemd and ``/proc``."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.folder = folder
        self.shell = shell
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.replaced = {"/run/systemd/system": str(folder / "systemd")}

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def with_systemd(self, **programs: str) -> None:
        (self.folder / "systemd").mkdir()
        for name, text in programs.items():
            self.program(name, text)

    def without_proc(self) -> None:
        (self.folder / "proc").mkdir()
        self.replaced["proc=/proc"] = f"proc={self.folder}/proc"

    def with_hidden_processes(self) -> None:
        self.without_proc()
        (self.folder / "proc/self").mkdir()
        (self.folder / "proc/self/stat").touch()

    def in_utmp(self, *logins: str) -> None:
        self.program("who", "\n".join(f"echo '{login}'" for login in logins))
        self.replaced["&& who"] = f"&& {self.programs}/who"  # busybox takes its own

    def terminal(self, name: str) -> None:
        (self.folder / "dev/pts").mkdir(parents=True, exist_ok=True)
        (self.folder / "dev" / name).touch()
        self.replaced["dev=/dev"] = f"dev={self.folder}/dev"

    def logind(self, *sessions: str) -> None:
        """Sessions as `loginctl show-session` tells them, each in one line."""
        shown = "\n\n".join(session.replace(" ", "\n") for session in sessions)
        self.with_systemd(loginctl=f"case $* in *list*) echo 'c1 1000';; *) echo '{shown}';; esac")

    def process(self, pid: int, comm: str, *args: str) -> None:
        if not (self.folder / "proc").exists():
            self.with_hidden_processes()
        folder = self.folder / "proc" / str(pid)
        folder.mkdir(parents=True)
        (folder / "comm").write_text(f"{comm}\n")
        (folder / "cmdline").write_bytes(b"".join(f"{one}\0".encode() for one in args))

    def asked(self, *questions: str, user: int | None = None) -> list[str]:
        """The answers, without the first line and the last."""
        script = SCRIPT.read_text()
        for old, new in self.replaced.items():
            assert old in script
            script = script.replace(old, new)
        found = subprocess.run(
            [*self.shell, "-c", script],
            input="\n".join([*questions, "end", ""]),
            env=os.environ | {"PATH": f"{self.programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=True,
            user=user,
        )
        assert found.stderr == ""
        first, _, *answers, last = found.stdout.splitlines()
        assert (first, last) == ("hall-guards 1", "end")
        return answers


@pytest.fixture
def server(tmp_path: Path, shell: list[str]) -> Server:
    return Server(tmp_path, shell)


def test_without_systemd_nothing_inhibits_sleep(server: Server):
    assert server.asked("inhibitors") == ["inhibitors a(ssssuu) 0"]


def test_with_systemd_its_inhibitors_are_told(server: Server):
    call = 'a(ssssuu) 1 "sleep" "apt" "upgrade" "block" 0 900'
    server.with_systemd(busctl=f"echo '{call}'")
    assert server.asked("inhibitors") == [f"inhibitors {call}"]


def test_a_systemd_that_does_not_answer_is_unread(server: Server):
    server.with_systemd(busctl="exit 1", loginctl="exit 1")
    assert server.asked("sessions hall", "inhibitors") == [
        "unread sessions systemd-logind does not answer",
        "unread inhibitors systemd-logind does not answer",
    ]


LIST = "1 1000 alice seat0 tty2\n2 1001 bob - pts/0\n"
SHOW = """Name=alice
Seat=seat0
TTY=/dev/tty2
Class=user
State=active

Name=hall
Seat=
TTY=
Class=user
State=active

Name=bob
Seat=
TTY=
Class=user
State=online

Name=carol
Seat=
TTY=pts/7
Class=user
State=closing

Name=gdm
Seat=seat0
TTY=tty1
Class=greeter
State=online

Name=root
Seat=
TTY=
Class=background
State=active
"""


def test_with_systemd_people_are_told_from_greeters_jobs_and_hall(server: Server):
    server.with_hidden_processes()
    server.in_utmp("gdm tty1 2026-11-23 08:00")
    server.terminal("pts/6")
    server.with_systemd(loginctl=f"case $* in *list*) echo '{LIST}';; *) echo '{SHOW}';; esac")
    assert server.asked("sessions hall") == [
        "session alice tty2",
        "session bob -",
        "read sessions",
    ]


def test_with_systemd_and_nobody_there_is_no_session(server: Server):
    server.with_hidden_processes()
    server.in_utmp()
    server.with_systemd(loginctl="case $* in *list*) ;; *) exit 1;; esac")
    assert server.asked("sessions hall") == ["read sessions"]


def test_without_systemd_people_are_known_by_sshd_and_utmp(server: Server):
    server.in_utmp("alice pts/0 2026-11-23 08:00 (192.0.2.7)", "bob tty1 …")
    server.process(1, "init", "/sbin/init")
    server.process(20, "sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups")
    server.process(21, "sshd", "sshd: alice [priv]")
    server.process(22, "sshd", "sshd: alice@pts/0,pts/3", "", "")
    server.process(23, "sshd-session", "sshd-session: carol@example@notty")
    server.process(24, "sshd-session", "sshd-session: dave")
    server.process(25, "sshd", "sshd: hall@notty")
    server.process(26, "sshd", "sshd: hall")
    server.process(27, "sshd", "sshd: hall@pts/9")
    server.process(28, "sshd", "sshd: user@corp.example")
    server.process(29, "sshd", "sshd: erin@corp.example")
    server.process(30, "sshd", "sshd: john doe@internal-sftp")
    people = {"alice pts/0", "alice pts/3", "bob tty1", "carol@example -", "dave -", "hall pts/9"}
    people |= {"erin@corp.example -", "john doe -"}
    *told, last = server.asked("sessions root\thall\tuser@corp.example")
    assert sorted(told) == sorted(f"session {one}" for one in people)
    assert last == "read sessions"


def test_where_processes_are_hidden_nobody_is_taken_for_absent(server: Server):
    server.with_hidden_processes()
    hidden = "the processes of others are hidden (hidepid)"
    assert server.asked("sessions hall", "process borg", "load") == [
        f"unread sessions {hidden}",
        f"unread processes {hidden}",
        f"unread load {server.folder}/proc cannot be read",
    ]


def test_programs_are_known_by_comm_and_by_what_they_were_called(server: Server):
    server.process(1, "systemd", "/sbin/init", "splash")
    server.process(2, "kworker/u8:2")
    server.process(3, "borg", "/usr/bin/python3", "/usr/bin/borg", "create")
    server.process(4, "unattended-upgr", "/usr/bin/python3", "/usr/bin/unattended-upgrade")
    server.process(5, "node-MainThread", "/opt/app/node", "==> /proc/9/comm <==", "rsync")
    server.process(6, "Plex Transcoder", "/usr/lib/plexmediaserver/Plex Transcoder", "-i")
    server.process(7, "Plex Media Serv", "/usr/lib/plexmediaserver/Plex Media Server")
    spaced = ("Plex Transcoder", "Plex Media Server")
    names = ("systemd", "init", "borg", "unattended-upgrade", "node", "python3", *spaced, "a b")
    absent = ("splash", "create", "rsync", "kworker/u8:2", "bor", "borg.", "unattended", ".*")
    told = server.asked(*(f"process {name}" for name in (*names, *absent)))
    running = ["process 1 a b" if name == "a b" else f"process 1 {name}" for name in names[:-1]]
    assert told == [*running, "process 0 a b", *(f"process 0 {name}" for name in absent)]


def test_a_system_without_proc_is_told_with_the_remedy(server: Server):
    server.without_proc()
    none = "this system has no /proc of Linux"
    questions = ("sessions hall", "load", "process borg", "netns web 7", "ports 01BD")
    assert server.asked(*questions) == [
        f"unread sessions {none}: set guards.sessions to false",
        f"unread load {none}: set guards.load to null",
        f"unread processes {none}: leave out guards.processes",
        f"unread connections {none}: set guards.connections to false",
        f"unread ports {none}: leave out guards.ports",
    ]


CLOSING = "Name=alice Seat= TTY=pts/0 Class=user State=closing"


def test_somebody_whom_utmp_alone_knows_is_somebody(server: Server):
    """Who works through mosh has a session that is closing, and no sshd."""
    server.process(1, "systemd", "/sbin/init")
    server.logind(CLOSING)
    server.in_utmp("alice pts/0 2026-11-23 08:00 (mosh [4242])", "bob :1 2026-11-23 09:00")
    assert server.asked("sessions hall") == [
        "session alice pts/0",
        "session bob :1",
        "read sessions",
    ]


@pytest.mark.parametrize("program", ["mosh-server", "etterminal"])
def test_somebody_whom_neither_logind_nor_utmp_knows_is_somebody(server: Server, program: str):
    """Where there is no utmp (Debian 13), and the terminal is not that of the login."""
    server.process(1, "systemd", "/sbin/init")
    server.process(42, program, f"{program} new -s")
    server.logind(CLOSING)
    server.in_utmp()
    assert server.asked("sessions hall") == [f"session {USER} {program}", "read sessions"]


def test_a_closing_session_that_still_has_its_terminal_is_one(server: Server):
    server.process(1, "systemd", "/sbin/init")
    server.in_utmp()
    server.logind(CLOSING, CLOSING.replace("pts/0", "pts/1"), CLOSING.replace("pts/0", "tty1"))
    server.terminal("pts/0")
    server.terminal("tty1")
    assert server.asked("sessions hall") == ["session alice pts/0", "read sessions"]


TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when uid timeout inode
   0: 00000000:01BD 00000000:0000 0A 0 0 0 0 0 1
   1: 0100000A:01BD 0900000A:C001 01 0 0 0 0 0 2
   2: 0100000A:01BD 0900000A:C002 01 0 0 0 0 0 3
   3: 00000000:1F40 00000000:0000 0A 0 0 0 0 0 4
   4: 0100000A:1F40 0900000A:C003 01 0 0 0 0 0 5
   5: 0100000A:C004 0900000A:01BD 01 0 0 0 0 0 6
"""


def test_connections_into_named_ports_of_the_server_are_told(server: Server):
    server.process(1, "systemd", "/sbin/init")
    (server.folder / "proc/self/net").mkdir()
    (server.folder / "proc/self/net/tcp").write_text(TABLE)
    assert server.asked("ports 01BD 0801") == ["peer - 0100000A 01BD 0900000A 2", "read ports"]


def test_a_network_of_the_server_that_cannot_be_read_is_unread(server: Server):
    server.process(1, "systemd", "/sbin/init")
    assert server.asked("ports 01BD") == ["unread ports the network of the server cannot be read"]


def test_a_folder_that_may_not_be_looked_into_hides_nothing(server: Server):
    if os.geteuid() != 0:
        refuse("only root can ask as somebody else")
    server.programs = Path("/bin")
    with tempfile.TemporaryDirectory() as name:
        folder, closed = Path(name), Path(name, "closed")
        folder.chmod(0o755)
        closed.mkdir(mode=0o700)
        questions = [f"lock {closed}/a/backup.lock", f"lock {folder}/none/backup.lock"]
        answers = server.asked(*questions, user=NOBODY)
    assert answers == [
        f"unread lock_files {closed} may not be looked into",
        f"lock 0 {folder}/none/backup.lock",
    ]


def test_a_link_to_nowhere_is_a_lock_file(server: Server, tmp_path: Path):
    (tmp_path / "lock").symlink_to("alice@host:4711")
    assert server.asked(f"lock {tmp_path}/lock") == [f"lock 1 {tmp_path}/lock"]


def test_any_user_may_ask_for_connections(server: Server):
    if os.geteuid() != 0:
        refuse("only root can ask as somebody else")
    server.programs = Path("/bin")
    assert server.asked("netns web 1", user=NOBODY)[-1] == "read netns web"


def test_a_question_of_a_newer_hall_is_left_out(server: Server):
    assert server.asked("weather", "lock /", "") == ["lock 1 /"]
