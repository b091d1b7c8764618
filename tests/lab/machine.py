"""The server itself: the first process of its namespaces, from power to Docker.

Run by `LabServer` as `python -m tests.lab.machine SPEC`; SPEC is a JSON file. Orders are lines
on standard input (`wake`, `sleep`, `suspend`, `cut`, and `reread` when SPEC has changed); its end
is the end of the machine. What happens is written, a JSON object per line, to the file that SPEC
names.

Programs on the server itself send it to sleep by SIGUSR1 to this process, as others would by
`systemctl suspend`; SPEC says what that does.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lab.doors import USER
from tests.lab.engine import Engine
from tests.lab.firmware import Ear
from tests.lab.service import Service, reap_orphans, signal_everything

DATA_ROOT = "/run/hall-lab-data"
"""Always the same path, so that a data folder made by one server serves another."""

RESTART_S = 0.3
"""How long after its end a service is started again."""


class Machine:
    """Asleep, booting or awake; everything happens in `run`, one thing at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spec = spec = _read(path)
        self._events = Path(spec["events"])
        self._engine = Engine(
            spec["dockerd"], unix_socket=spec["unix_socket"], log=Path(spec["docker_log"])
        )
        self._services = {
            name: Service(one["command"], log=Path(one["log"]))
            for name, one in spec["services"].items()
        }
        self._ear = Ear(spec["interface"])
        self._state = "asleep"
        self._suspended = False
        self._told_to_sleep = False
        self._due: list[tuple[float, Callable[[], None]]] = []

    def run(self) -> None:
        os.set_blocking(0, False)
        signal.signal(signal.SIGUSR1, self._note_order)
        with selectors.DefaultSelector() as selector:
            selector.register(self._ear, selectors.EVENT_READ, self._listen)
            selector.register(0, selectors.EVENT_READ, self._obey)
            self._tell("asleep")
            while True:
                for key, _ in selector.select(self._patience()):
                    key.data()
                self._follow_order()
                self._do_what_is_due()
                self._be_init()

    # -- what comes in

    def _listen(self) -> None:
        for magic in self._ear.hear():
            is_mine = magic.is_for(self._spec["mac"], self._spec["secure_on"])
            self._tell("magic", valid=is_mine, state=self._state, **magic.as_dict())
            if is_mine:
                self._power_on()

    def _obey(self) -> None:
        words = os.read(0, 4096).decode()
        if not words:
            sys.exit(0)  # nobody is left to give orders; the kernel ends the rest
        for word in words.split():
            {
                "wake": self._power_on,
                "sleep": self._shut_down,
                "suspend": self._suspend,
                "cut": self._cut,
                "reread": self._reread,
            }[word]()

    def _reread(self) -> None:
        self._spec = _read(self._path)

    def _note_order(self, _number: int, _frame: object) -> None:
        self._told_to_sleep = True

    def _follow_order(self) -> None:
        """What somebody on the server asked for: it happens a moment after, and once."""
        if not self._told_to_sleep:
            return
        self._told_to_sleep = False
        self._tell("told")
        going = {"suspend": self._suspend, "shut_down": self._shut_down}.get(self._spec["sleeps"])
        if going is not None and self._state == "awake":
            self._state = "going"
            self._hint(signal.SIGUSR1)
            self._later(self._spec["sleep_delay"], going)

    def _hint(self, number: signal.Signals) -> None:
        """What a unit of sleep.target (config/server) does: the agent hears of it."""
        if "agent" in self._services:
            self._services["agent"].signal(number)

    # -- waking

    def _power_on(self) -> None:
        if self._state == "asleep":
            self._state = "booting"
            self._tell("power")
            self._later(self._spec["boot_delay"], self._network_up)

    def _network_up(self) -> None:
        self._ip("add", self._spec["address"], "brd", "+")
        self._tell("network")
        if self._suspended:
            self._thaw()
            self._hint(signal.SIGUSR2)
        for service in self._services.values():
            service.start()
        if self._engine.pid is not None:
            self._docker_up()
        elif self._spec["docker_starts"]:
            self._later(self._spec["docker_delay"], self._start_docker)

    def _start_docker(self) -> None:
        self._engine.start()
        self._tell("dockerd")
        self._look_at_docker()

    def _look_at_docker(self) -> None:
        if self._engine.answers():
            self._docker_up()
        else:
            self._later(0.02, self._look_at_docker)

    def _docker_up(self) -> None:
        self._state = "awake"
        self._tell("docker")

    # -- sleeping

    def _shut_down(self) -> None:
        self._due.clear()
        self._thaw()
        self._end_services()
        self._engine.stop(seconds=100)
        self._silence()

    def _end_services(self) -> None:
        """Their connections are closed, as when a server shuts down in order."""
        for service in self._services.values():
            service.cut_off()
            service.stop(seconds=20)

    def _suspend(self) -> None:
        self._suspended = self._engine.pid is not None
        signal_everything(signal.SIGSTOP)
        self._silence()

    def _cut(self) -> None:
        self._ip("flush")
        self._suspended = False
        signal_everything(signal.SIGKILL)
        for service in (self._engine, *self._services.values()):
            service.forget()
        self._silence()

    def _silence(self) -> None:
        self._due.clear()
        self._ip("flush")
        self._ear.hear()  # a card that is awake does not keep packets for later
        self._state = "asleep"
        self._tell("asleep")

    # -- tools

    def _thaw(self) -> None:
        if self._suspended:
            signal_everything(signal.SIGCONT)
        self._suspended = False

    def _be_init(self) -> None:
        """Start again what has crashed, and reap what nobody waits for."""
        services = {"dockerd": self._engine, **self._services}
        reap_orphans(services.values())
        for name, service in services.items():
            if service.has_ended() and self._state != "asleep":
                self._tell("crashed", service=name)
                service.forget()
                self._later(RESTART_S, service.start)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._due.append((time.monotonic() + seconds, action))

    def _patience(self) -> float:
        now = time.monotonic()
        return max(0.0, min([0.2, *(at - now for at, _ in self._due)]))

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        ready = [action for at, action in self._due if at <= now]
        self._due = [entry for entry in self._due if entry[0] > now]
        for action in ready:
            action()

    def _ip(self, order: str, *words: str) -> None:
        subprocess.run(["ip", "addr", order, *words, "dev", self._spec["interface"]], check=True)

    def _tell(self, kind: str, **detail: object) -> None:
        now = {"at": time.monotonic(), "wall": time.clock_gettime(time.CLOCK_REALTIME)}
        with self._events.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **now, "detail": detail}) + "\n")


def furnish(data: str) -> None:
    """Give the server a /run of its own, so that its engine meets none of this machine's.

    The mount namespace is private: nothing of this is seen outside, and it ends with us.
    """
    _mount("-t", "tmpfs", "hall-lab", "/run")
    if Path("/etc/docker").is_dir():
        _mount("-t", "tmpfs", "hall-lab", "/etc/docker")
    Path(DATA_ROOT).mkdir()
    Path("/run/sshd").mkdir(mode=0o755)
    Path("/run/utmp").touch()  # who is logged in: programs write it only where it is
    _add_user(USER)
    _mount("--bind", data, DATA_ROOT)


def _add_user(name: str) -> None:
    """One more name for root: Hall's own, so that it can be told from who works here."""
    known, here = Path("/etc/passwd"), Path("/run/passwd")
    here.write_text(f"{known.read_text().rstrip()}\n{name}:x:0:0::/root:/bin/sh\n")
    _mount("--bind", str(here), str(known))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def _read(path: Path) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return spec


def main() -> None:
    path = Path(sys.argv[1])
    furnish(_read(path)["data"])
    Machine(path).run()


if __name__ == "__main__":
    main()
