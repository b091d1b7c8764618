"""A network of a test's own: a thread in a new network namespace, real but for nobody else."""

import asyncio
import ctypes
import os
import subprocess
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of unshare(2)
_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3 of capset(2)
_libc = ctypes.CDLL(None, use_errno=True)


def in_own_network(look: Callable[[], Awaitable[T]], *, privileged: bool = True) -> T:
    """Run a coroutine in a namespace where only loopback is up."""
    with ThreadPoolExecutor(1) as thread:
        if not thread.submit(_isolate).result():
            refuse = pytest.fail if os.environ.get("HALL_TEST_ALL") == "1" else pytest.skip
            refuse("a network of its own needs root that may isolate (CAP_SYS_ADMIN)")

    async def inside() -> T:
        return await look()

    def run() -> T:
        _isolate()
        ip("link set lo up")
        if not privileged:
            drop_capabilities()
        return asyncio.run(inside())

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _isolate() -> bool:
    return bool(_libc.unshare(_NEW_NETWORK) == 0)


def ip(command: str) -> None:
    """Run ip(8) in the network of this thread."""
    subprocess.run(["ip", *command.split()], check=True)


def setting(name: str, value: str) -> None:
    """Set a sysctl of the network of this thread."""
    Path("/proc/sys/net", name).write_text(value, encoding="ascii")


def drop_capabilities() -> None:
    """Take every right of root from this thread."""
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()
    if _libc.capset(head, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")
