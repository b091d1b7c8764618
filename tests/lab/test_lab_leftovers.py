"""A lab that is killed in the middle leaves no process, and the next lab tidies up."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from lab.lab import Lab
from lab.leftovers import remove_leftovers
from lab.look import soon
from lab.network import ip

pytestmark = [pytest.mark.lab]
_TESTS = Path(__file__).resolve().parent.parent
_PROGRAM = """
import sys
from lab.lab import Lab
with Lab().server() as server:
    server.wake()
    with server.docker() as docker:
        docker.start("client1-web-1")
    print(server.cable.namespace, server.folder, flush=True)
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


def _killed_lab() -> tuple[str, str]:
    """A lab with a container running, killed with no warning: its namespace and folder."""
    words = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_TESTS
    ) as process:
        assert process.stdout is not None
        namespace, folder = process.stdout.readline().split()
        process.kill()
    return namespace, folder
