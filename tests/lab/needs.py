"""What the lab needs of the machine that it runs on, and which of it is missing."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

SYSTEM_PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin", "/bin"]
)
"""Where programs are looked for: an administrator's folders too, whoever runs the tests."""

PACKAGE_OF = {
    "dockerd": "docker.io",
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "busybox": "busybox-static",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "mount": "mount",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "ss": "iproute2",
    "kill": "procps",
    "who": "coreutils",
}


def refuse(reason: str) -> NoReturn:
    """Skip, and say why; with HALL_TEST_ALL=1 fail."""
    if os.environ.get("HALL_TEST_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def find(program: str) -> str | None:
    return shutil.which(program, path=SYSTEM_PATH)


def required(program: str) -> str:
    """The program's full path.

    Raises:
        RuntimeError: It is not installed.
    """
    path = find(program)
    if path is None:
        package = PACKAGE_OF.get(program, program)
        raise RuntimeError(f"{program} is not installed (package {package})")
    return path


def ending_with_us() -> list[str]:
    """Words before a command that end it with the thread that begins it, even by SIGKILL."""
    program = find("setpriv")
    return [program, "--pdeathsig", "KILL"] if program else []


def why_not() -> str | None:
    """Why the lab cannot run here, in words; None when it can."""
    if os.geteuid() != 0:
        return "the lab needs root: network namespaces and a Docker engine"
    missing = sorted({package for program, package in PACKAGE_OF.items() if not find(program)})
    if missing:
        return f"the lab needs the packages {', '.join(missing)} (.ci/packages installs them)"
    if not _is_static(Path(required("busybox"))):
        return "the lab needs busybox-static: this busybox wants shared libraries"
    return None


def _is_static(program: Path) -> bool:
    data = program.read_bytes()
    return b"/ld-linux" not in data and b"/ld-musl" not in data
