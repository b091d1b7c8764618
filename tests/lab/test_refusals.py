"""What a wake cannot mend: each failure names the broken link, on the page and in the journal."""

import html
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from lab.gateway import Gateway, hall_config
from lab.lab import Lab
from lab.project import Project
from lab.record import read_record
from lab.server import Hardware

pytestmark = [pytest.mark.lab]

DEADLINE_S = 6.0
HEALTHY = Project()
FAILED_500 = (
    "The project did not answer as expected within 6 s: "
    "Answers with HTTP status 500, expected < 500"
)


@contextmanager
def a_failing_wake(
    lab: Lab, folder: Path, project: Project = HEALTHY, hardware: Hardware | None = None
) -> Iterator[Gateway]:
    """Hall, asked to wake this server; deadlines are short, and nothing is tried again."""
    with lab.server(project, hardware=hardware or Hardware()) as server:
        config = hall_config(server, project, seconds=DEADLINE_S)
        config["servers"]["lab"]["retry"] = {"attempts": 1}
        with Gateway(folder, config) as hall:
            httpx.post(f"{hall.url}/api/wake/client1").raise_for_status()
            yield hall


def failure(hall: Gateway, seconds: float = 60) -> str:
    """The reason once it has failed: the same on page, API and journal."""
    end = time.monotonic() + seconds
    state: dict[str, Any] = {"seq": 0, "status": "unknown"}
    while state["status"] != "failed" and time.monotonic() < end:
        url = f"{hall.url}/api/status/client1?wait=5&seq={state['seq']}"
        state = httpx.get(url, timeout=10).json()
    assert state["status"] == "failed", state
    page = httpx.get(f"{hall.url}/client1", headers={"Accept": "text/html"})
    assert state["reason"] in html.unescape(page.text)
    hall.terminate()
    changes = read_record(hall.data).transitions
    assert [row for row in changes if row["domain"]][-1]["reason"] == state["reason"]
    return str(state["reason"])


def test_a_wrong_mac_fails_at_the_deadline(lab, tmp_path):
    with a_failing_wake(lab, tmp_path, hardware=Hardware(mac="02:ff:ff:ff:ff:ff")) as hall:
        reason = failure(hall)
    assert reason.startswith("The server did not answer within 6 s of ")


def test_docker_that_never_answers_is_named(lab, tmp_path):
    with a_failing_wake(lab, tmp_path, hardware=Hardware(docker_starts=False)) as hall:
        reason = failure(hall)
    assert reason == (
        "The server answers, but Docker did not within 6 s: Docker is not listening yet"
    )


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("missing", "Docker answers, but project client1 has no container"),
        ("unhealthy", "Docker answers, but container client1-web-1 is unhealthy: exit 1"),
        ("exits", "Docker answers, but container client1-web-1 exited: exit 1"),
        ("error500", FAILED_500),
    ],
)
def test_what_is_wrong_with_the_project_is_named(lab, tmp_path, trouble, reason):
    with a_failing_wake(lab, tmp_path, Project(trouble=trouble)) as hall:
        assert failure(hall) == reason
