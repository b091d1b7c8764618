"""What a lab that was killed could not take away, and the next one does.

Its processes ended with it: each machine ends when nobody holds its orders any more.
"""

import fcntl
import os
import re
import shutil
import tempfile
from pathlib import Path

from tests.lab import cgroups
from tests.lab.network import Cable, ip, remove_cable

_NAMESPACE = re.compile(r"hall-lab-(?P<number>\d+)-(?P<pid>\d+)\b")
_FOLDER = re.compile(r"hall-lab-(?P<pid>\d+)-")


def new_folder() -> Path:
    """A temporary folder with our process id in its name."""
    return Path(tempfile.mkdtemp(prefix=f"hall-lab-{os.getpid()}-"))


def remove_leftovers() -> None:
    """Remove networks, control groups and folders of processes that are no more.

    Labs of several test processes begin side by side: one after the other tidies up.
    """
    lock = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _remove_leftovers()
    finally:
        os.close(lock)


def _remove_leftovers() -> None:
    for match in _NAMESPACE.finditer(ip("netns", "list")):
        if not _is_alive(match["pid"]):
            remove_cable(Cable(int(match["number"]), match[0]))
            cgroups.remove(match[0])
    for folder in Path(tempfile.gettempdir()).glob("hall-lab-*"):
        owner = _FOLDER.match(folder.name)
        if owner is not None and not _is_alive(owner["pid"]):
            shutil.rmtree(folder)


def _is_alive(pid: str) -> bool:
    return Path("/proc", pid).exists()
