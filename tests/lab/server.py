"""A server of the lab's own: it really sleeps, and a real magic packet wakes it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.lab import cgroups
from tests.lab.certificates import Authority, TlsFiles
from tests.lab.docker_api import DockerApi
from tests.lab.doors import AgentDoor, SshDoor
from tests.lab.events import Event, read_events, this_night
from tests.lab.machine import DATA_ROOT
from tests.lab.needs import SYSTEM_PATH, required
from tests.lab.network import PREFIX, Cable, lay_cable, remove_cable
from tests.support.timeouts import PATIENCE_S

DOCKER_PORT = 2376
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Hardware:
    """How the machine behaves; seconds. `mac` is what its card listens for, if not its own.

    `sleeps` is what it does when a program on it sends it to sleep, `sleep_delay` after it was
    told. `services` are started with the network, beside Docker.
    """

    boot_delay: float = 0.3
    docker_delay: float = 0.1
    docker_starts: bool = True
    mac: str | None = None
    secure_on: str | None = None
    sleeps: Literal["suspend", "shut_down", "never"] = "suspend"
    sleep_delay: float = 0.2
    services: tuple[Literal["sshd", "agent"], ...] = ()


class LabServer:
    """Asleep once made. `data` is a Docker data folder, used as it is. Close it when done."""

    def __init__(self, folder: Path, data: Path, hardware: Hardware = Hardware()) -> None:
        self.folder = folder
        self.hardware = hardware
        self._events = folder / "events"
        self._socket = folder / "docker.sock"
        with ExitStack() as undo:
            self.cable: Cable = lay_cable()
            undo.callback(remove_cable, self.cable)
            authority = Authority(folder)
            self.tls: TlsFiles = authority.client()
            self.ssh = SshDoor(folder / "ssh", self.address)
            self.agent = AgentDoor(folder / "agent", self.address, self._socket)
            self._spec = self._specification(authority.server(self.address), data)
            self._machine = self._power_supply(self._spec)
            undo.callback(cgroups.remove, self.cable.namespace)
            undo.callback(self._pull_the_plug)
            self._await(lambda: bool(self.events()), "the machine to come up")
            self._undo = undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process of it and remove its network; may be called twice."""
        self._undo.close()

    # -- what it is

    @property
    def address(self) -> str:
        return self.cable.server_address

    @property
    def mac(self) -> str:
        return self.cable.mac

    @property
    def broadcast(self) -> str:
        """The directed broadcast of its network."""
        return self.cable.broadcast

    @property
    def docker_url(self) -> str:
        return f"tcp://{self.address}:{DOCKER_PORT}"

    @property
    def docker_url_by_ssh(self) -> str:
        return self.ssh.docker_url(self._socket)

    def url(self, path: str = "/", port: int = 8081) -> str:
        """A page of one of its containers."""
        return f"http://{self.address}:{port}{path}"

    # -- what it does

    def power_on(self) -> None:
        """Press the button: the same boot as by magic packet."""
        self._order("wake")

    def sleep(self) -> None:
        """Shut down in order: containers, Docker, address. Returns when it is silent."""
        self._fall_asleep("sleep")

    def suspend(self) -> None:
        """Freeze with everything in memory, connections half open; it wakes where it was."""
        self._fall_asleep("suspend")

    def cut(self) -> None:
        """Take the power away: no goodbye to anybody."""
        self._fall_asleep("cut")

    def become(self, hardware: Hardware) -> None:
        """Behave so from now on; its services stay as they are."""
        self.hardware = hardware
        spec = json.loads(self._spec.read_text(encoding="utf-8"))
        draft = self._spec.with_suffix(".draft")
        draft.write_text(json.dumps(spec | self._behaviour()), encoding="utf-8")
        draft.replace(self._spec)
        self._order("reread")

    # -- what is seen of it

    def events(self) -> list[Event]:
        return read_events(self._events)

    @property
    def nights(self) -> int:
        """How often it has fallen asleep; once, when it is new."""
        return sum(event.kind == "asleep" for event in self.events())

    def wait_for_night(self, number: int, seconds: float = PATIENCE_S) -> None:
        """Wait until it has fallen asleep so often.

        Raises:
            TimeoutError: It did not in time.
        """
        self._await(lambda: self.nights >= number, f"night {number}", seconds)

    def packets(self) -> list[Event]:
        """The magic packets that it has heard, for whomever."""
        return [event for event in self.events() if event.kind == "magic"]

    def wait_for(self, kind: str, seconds: float = PATIENCE_S) -> Event:
        """The first event of that kind since it last fell asleep.

        Raises:
            TimeoutError: It did not happen in time; the message has the engine's last words.
        """
        self._await(lambda: self._tonight(kind) is not None, f"'{kind}'", seconds)
        event = self._tonight(kind)
        assert event is not None
        return event

    def wake(self) -> None:
        """Press the button and wait for Docker."""
        self.power_on()
        self.wait_for("docker")

    def engine_listens(self) -> bool:
        """Whether its engine takes connections; one that was killed does not for a while."""
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(self._socket)) == 0

    def docker(self) -> DockerApi:
        """The harness's own connection to its engine; use it in a `with`."""
        return DockerApi(str(self._socket))

    def requests(self, container: str = "client1-web-1") -> list[str]:
        """The paths that others than the container itself have asked it for, oldest first."""
        with self.docker() as docker:
            words = [line.split() for line in docker.log(container).splitlines()]
        asked = [line for line in words if len(line) > 1 and line[1].startswith("url:")]
        return [line[1].removeprefix("url:") for line in asked if "127.0.0.1" not in line[0]]

    def log(self) -> str:
        """What the machine and its engine have said."""
        names = ("machine.log", "dockerd.log", "sshd.log", "agent.log")
        files = [self.folder / name for name in names]
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    # -- how

    def _tonight(self, kind: str) -> Event | None:
        night = this_night(self.events())
        return next((event for event in night if event.kind == kind), None)

    def _fall_asleep(self, order: str) -> None:
        nights = self.nights
        self._order(order)
        self._await(lambda: self.nights > nights, f"silence after '{order}'")

    def _order(self, word: str) -> None:
        assert self._machine.stdin is not None
        self._machine.stdin.write(f"{word}\n".encode())
        self._machine.stdin.flush()

    def _await(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if self._machine.poll() is not None:
                raise RuntimeError(f"the lab machine died: {self.log()[-2000:]}")
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s for {what}: {self.log()[-2000:]}")
            time.sleep(0.01)

    def _specification(self, tls: TlsFiles, data: Path) -> Path:
        path = self.folder / "machine.json"
        spec: dict[str, Any] = {
            "interface": "eth0",
            "address": f"{self.address}/{PREFIX}",
            "data": str(data),
            "events": str(self._events),
            "unix_socket": str(self._socket),
            "docker_log": str(self.folder / "dockerd.log"),
            "dockerd": self._dockerd(tls),
            "services": self._services(),
            **self._behaviour(),
        }
        path.write_text(json.dumps(spec), encoding="utf-8")
        return path

    def _behaviour(self) -> dict[str, Any]:
        hardware = self.hardware
        return {
            "mac": hardware.mac or self.mac,
            "secure_on": hardware.secure_on,
            "boot_delay": hardware.boot_delay,
            "docker_delay": hardware.docker_delay,
            "docker_starts": hardware.docker_starts,
            "sleeps": hardware.sleeps,
            "sleep_delay": hardware.sleep_delay,
        }

    def _dockerd(self, tls: TlsFiles) -> list[str]:
        options = {
            "config-file": str(self._no_configuration()),
            "data-root": DATA_ROOT,
            "host": f"unix://{self._socket}",
            "tlscacert": str(tls.ca),
            "tlscert": str(tls.cert),
            "tlskey": str(tls.key),
            "exec-opt": "native.cgroupdriver=cgroupfs",
            "cgroup-parent": f"/{self.cable.namespace}",
        }
        words = [f"--{name}={value}" for name, value in options.items()]
        listen = f"--host=tcp://{self.address}:{DOCKER_PORT}"
        return [required("dockerd"), *words, listen, "--tlsverify"]

    def _services(self) -> dict[str, Any]:
        commands = {"sshd": self.ssh.command, "agent": self.agent.command}
        return {
            name: {"command": commands[name], "log": str(self.folder / f"{name}.log")}
            for name in self.hardware.services
        }

    def _no_configuration(self) -> Path:
        path = self.folder / "daemon.json"
        path.write_text("{}", encoding="utf-8")
        return path

    def _power_supply(self, spec: Path) -> subprocess.Popen[bytes]:
        """Namespaces of processes and mounts too: when the machine ends, all of it ends."""
        words = [
            *(required("nsenter"), f"--net=/run/netns/{self.cable.namespace}"),
            *(required("unshare"), "--mount", "--propagation=private"),
            *("--pid", "--fork", "--kill-child", "--mount-proc"),
            *(sys.executable, "-m", "tests.lab.machine", str(spec)),
        ]
        env = {name: value for name, value in os.environ.items() if name[:5] != "HALL_"}
        env |= {"PATH": SYSTEM_PATH, "PYTHONPATH": str(_ROOT)}
        with (self.folder / "machine.log").open("wb") as log:
            return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log, env=env)

    def _pull_the_plug(self) -> None:
        assert self._machine.stdin is not None
        self._machine.stdin.close()
        try:
            self._machine.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._machine.send_signal(signal.SIGKILL)
            self._machine.wait(PATIENCE_S)
