"""What this machine's kernel tells under /proc (proc(5)). All of it blocks, for milliseconds."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from errno import EACCES, ENOENT
from pathlib import Path

PROC = Path("/proc")

_NAME_LIMIT = 15
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Process:
    """A process: ``name`` is its comm, of 15 bytes at most; ``words`` its command line."""

    pid: int
    name: str
    words: tuple[str, ...]

    def is_called(self, name: str) -> bool:
        """Whether it is this program, by the name of the process or of its file."""
        called = os.path.basename(self.words[0]) if self.words else ""  # noqa: PTH119 - no path
        cut = name.encode()[:_NAME_LIMIT].decode(errors="replace")
        return self.name == cut or called == name


class HiddenError(OSError):
    """Other users' processes cannot be seen (hidepid, proc(5))."""

    def __init__(self) -> None:
        super().__init__(EACCES, "other users' processes are hidden from the agent")


class NoProcError(OSError):
    """This is no Linux, or has no /proc."""

    def __init__(self) -> None:
        super().__init__(ENOENT, "this system has no /proc of Linux, which the agent reads")


def processes(proc: Path = PROC) -> Iterator[Process]:
    """All that run; one that ends meanwhile is left out, and kernel threads are.

    Raises:
        HiddenError: only the agent's own could be seen.
        NoProcError: there is nothing to see them by.
    """
    try:
        (proc / "1" / "comm").read_bytes()
    except OSError:
        raise (HiddenError if (proc / "self").exists() else NoProcError) from None
    for entry in proc.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().rstrip(b"\0 ")
                name = (entry / "comm").read_bytes().rstrip(b"\n").decode(errors="replace")
                if words:
                    split = words.decode(errors="replace").split("\0")
                    yield Process(int(entry.name), name, tuple(split))


def running_processes(names: tuple[str, ...], proc: Path = PROC) -> tuple[str, ...]:
    """Those of these programs that run, in the order of ``names``.

    Raises:
        HiddenError: only the agent's own processes could be seen.
        NoProcError: there is nothing to see them by.
    """
    found = tuple(processes(proc))
    return tuple(name for name in names if any(one.is_called(name) for one in found))


def load_per_cpu(proc: Path = PROC) -> float:
    """The load average of the last minute, per CPU."""
    return load_average(proc)[0] / (os.cpu_count() or 1)


def load_average(proc: Path = PROC) -> tuple[float, ...]:
    """The load averages of the last 1, 5 and 15 minutes."""
    return tuple(float(word) for word in (proc / "loadavg").read_text().split()[:3])


def memory_used(proc: Path = PROC) -> dict[str, int]:
    """Bytes of memory: ``total``, and ``available`` without swapping."""
    lines = (line.partition(":") for line in (proc / "meminfo").read_text().splitlines())
    sizes = {name: value for name, _, value in lines}
    return {
        "total": int(sizes["MemTotal"].split()[0]) * _KIB,
        "available": int(sizes["MemAvailable"].split()[0]) * _KIB,
    }


def uptime_s(proc: Path = PROC) -> float:
    """Seconds since the boot, suspended time included."""
    return float((proc / "uptime").read_text().split()[0])
