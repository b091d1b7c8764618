"""A lab that is killed in the middle leaves no process, and the next lab tidies up."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.leftovers import remove_leftovers
from tests.lab.look import soon
from tests.lab.network import ip

pytestmark = [pytest.mark.lab]
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
import sys
from tests.lab.lab import Lab
with Lab().server() as server:
    server.wake()
    with server.docker() as docker:
        docker.start("client1-web-1")
    print(server.cable.namespace, server.folder, flush=True)
    sys.stdin.read()
"""
_GATEWAY = """
import sys
from pathlib import Path
from tests.lab.gateway import Gateway
from tests.support.small_hall import a_document
document = a_document(project=None, health=None)
document["servers"]["main"] |= {"address": "127.0.0.1", "docker": None, "wake": None}
with Gateway(Path(sys.argv[1]), document) as hall:
    print(hall.pid, flush=True)
    sys.stdin.read()
"""


def test_a_killed_lab_is_tidied_up_by_the_next(lab: Lab) -> None:
    namespace, folder = _killed_lab()
    assert soon(lambda: not _processes(namespace))

    remove_leftovers()

    assert namespace not in ip("netns", "list")
    assert not Path(folder).parent.exists()
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{namespace}"))


def _processes(namespace: str) -> str:
    """None either once a lab of another test has tidied up, which is as good."""
    with suppress(OSError):
        return ip("netns", "pids", namespace).strip()
    return ""


def test_a_gateway_ends_with_the_test_that_is_killed(tmp_path: Path) -> None:
    (pid,) = _killed(_GATEWAY, str(tmp_path))
    assert soon(lambda: not _runs(pid))


def _runs(pid: str) -> bool:
    """What has ended and is not reaped yet has no command line."""
    try:
        return bool(Path("/proc", pid, "cmdline").read_bytes())
    except OSError:
        return False


def _killed_lab() -> tuple[str, str]:
    """A lab with a container running, killed with no warning: its namespace and folder."""
    namespace, folder = _killed(_PROGRAM)
    return namespace, folder


def _killed(program: str, *words: str) -> list[str]:
    """Run it until it has said a line, and kill it with no warning: what it said."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        process.kill()
    return said
