"""A program that runs on the server as long as it is awake, and the duties of its init process."""

import os
import signal
import subprocess
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path


class Service:
    """One program; `command` is run as it is, its words go to `log`."""

    def __init__(self, command: list[str], *, log: Path) -> None:
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, unless it runs already."""
        if self._process is not None:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def has_ended(self) -> bool:
        """Whether it was started and is no more, without having been stopped."""
        return self._process is not None and self._process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def cut_off(self) -> None:
        """End what it has started, and what that has."""
        for pid in _below(self._process.pid) if self._process else []:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self, seconds: float) -> None:
        """Stop it, politely at first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def forget(self) -> None:
        """It was killed with everything else in the server."""
        if self._process is not None:
            self._process.wait()
        self._process = None


def _below(pid: int) -> list[int]:
    """Every process that this one has started and that still runs, and theirs."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [one for child in map(int, children) for one in (child, *_below(child))]


def reap_orphans(services: Collection[Service]) -> None:
    """Do the duty of an init process; who served is reaped by its own name."""
    for service in services:
        service.has_ended()
    while True:
        try:
            seen = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if seen is None or seen.si_pid in {service.pid for service in services}:
            return
        os.waitpid(seen.si_pid, 0)


def signal_everything(number: signal.Signals) -> None:
    """Signal every process of the server but its init, which is who calls this."""
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        return
