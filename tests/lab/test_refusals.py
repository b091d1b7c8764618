"""What a wake cannot mend: each failure names the broken link, on the page and in the journal."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.lab.calls import until, visit
from tests.lab.gateway import Gateway, hall_config
from tests.lab.lab import Lab
from tests.lab.project import Project
from tests.lab.record import read_record
from tests.lab.server import Hardware
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab]

LINKS = {"network": "servers", "docker": "servers", "containers": "domains", "app": "domains"}
DEADLINE_S = 15.0
"""Of the link that breaks: what is wrong is seen well before. The others have all the time."""

HEALTHY = Project()
LATE = "The containers were not ready within 15 s: "
FAILED_500 = (
    "The project did not answer as expected within 15 s: "
    "Answers with HTTP status 500, expected < 500"
)


@contextmanager
def a_failing_wake(
    lab: Lab,
    folder: Path,
    link: str,
    project: Project = HEALTHY,
    hardware: Hardware | None = None,
) -> Iterator[Gateway]:
    """Hall, asked to wake this server; this link is short of time, and nothing is tried again."""
    with lab.server(project, hardware=hardware or Hardware()) as server:
        config = hall_config(server, project)
        config["servers"]["lab"]["retry"] = {"attempts": 1}
        for one in config[LINKS[link]].values():
            one["deadlines"][link] = DEADLINE_S
        config["domains"][project.name]["project"]["wait_healthy"] = True
        with Gateway(folder, config) as hall:
            visit(hall)
            yield hall


def failure(hall: Gateway) -> str:
    """The reason once it has failed: the same on page, API and journal."""
    state = until(hall, "failed")
    page = httpx.get(f"{hall.url}/client1", headers={"Accept": "text/html"}, timeout=PATIENCE_S)
    assert state["reason"] in html.unescape(page.text)
    hall.terminate()
    changes = read_record(hall.data).transitions
    assert [row for row in changes if row["domain"]][-1]["reason"] == state["reason"]
    return str(state["reason"])


def test_a_wrong_mac_fails_at_the_deadline(lab, tmp_path):
    with a_failing_wake(
        lab, tmp_path, "network", hardware=Hardware(mac="02:ff:ff:ff:ff:ff")
    ) as hall:
        reason = failure(hall)
    assert reason.startswith("The server did not answer within 15 s of ")


def test_docker_that_never_answers_is_named(lab, tmp_path):
    with a_failing_wake(lab, tmp_path, "docker", hardware=Hardware(docker_starts=False)) as hall:
        reason = failure(hall)
    assert reason == (
        "The server answers, but Docker did not within 15 s: Docker is not listening yet"
    )


@pytest.mark.parametrize(
    ("trouble", "link", "reason"),
    [
        (
            "missing",
            "containers",
            f"{LATE}Docker answers, but project client1 has no container",
        ),
        (
            "unhealthy",
            "containers",
            f"{LATE}Docker answers, but container client1-web-1 is unhealthy: exit 1",
        ),
        ("exits", "containers", "Docker answers, but container client1-web-1 exited: exit 1"),
        ("error500", "app", FAILED_500),
    ],
)
def test_what_is_wrong_with_the_project_is_named(lab, tmp_path, trouble, link, reason):
    with a_failing_wake(lab, tmp_path, link, Project(trouble=trouble)) as hall:
        assert failure(hall) == reason
