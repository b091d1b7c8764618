"""The project's own image: built from its Dockerfile, run as docker-compose.yml does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.lab import needs
from tests.lab.debian import base_image, pip_settings, proxy_settings
from tests.lab.docker_api import DockerApi
from tests.lab.lab import Lab
from tests.lab.look import soon
from tests.lab.workshop import build_context, workshop
from tests.support.ports import a_free_port
from tests.support.timeouts import PATIENCE_S

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(1800)]

BASE, IMAGE, HALL = "lab/base:latest", "lab/hall:latest", "hall"
PORT = a_free_port()
NOBODY = "http://127.0.0.1:9/"
CONFIG = {
    "servers": {
        "lab": {"name": "Lab", "address": "127.0.0.1", "network": {"method": "tcp", "port": 9}}
    },
    "domains": {
        "client1": {"name": "One", "server": "lab", "url": NOBODY, "health": {"url": NOBODY}}
    },
}


@pytest.fixture
def docker(lab: Lab) -> Iterator[DockerApi]:
    """An engine that has built the image, and the configuration in its folder."""
    if needs.find("debootstrap") is None:
        needs.refuse("the image needs the package debootstrap (.ci/packages installs it)")
    with workshop() as (api, folder):
        with base_image(folder / "base") as tar:
            api.import_image(tar, BASE, env=pip_settings())
        api.build_image(build_context(), IMAGE, {"BASE": BASE, **proxy_settings()})
        api.create_container(HALL, container(folder))
        yield api


def container(folder: Path) -> dict[str, Any]:
    """As docker-compose.yml says; only its health is looked at more often."""
    config = folder / "config"
    config.mkdir(mode=0o755)
    (config / "domains.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    return {
        "Image": IMAGE,
        "Env": [f"HALL_PORT={PORT}", "HALL_HOST=127.0.0.1"],
        "Healthcheck": {"Interval": 1_000_000_000},
        "HostConfig": {
            "NetworkMode": "host",
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true"],
            "Binds": [f"{config}:/config:ro"],
        },
    }


def rights(docker: DockerApi) -> dict[str, str]:
    """What the kernel says of Hall's process."""
    pid = docker.inspect(HALL)["State"]["Pid"]
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return dict(line.split(":\t", 1) for line in lines)


def test_the_image_serves_without_any_right_is_healthy_and_stops_cleanly(docker):
    docker.start(HALL)
    assert soon(lambda: docker.state(HALL) == "running healthy"), docker.log(HALL)
    held = rights(docker)
    assert held["Uid"].split() == ["10001"] * 4
    assert int(held["CapEff"], 16) == int(held["CapBnd"], 16) == 0
    assert held["NoNewPrivs"] == "1"
    page = httpx.get(
        f"http://127.0.0.1:{PORT}/client1", headers={"Accept": "text/html"}, timeout=PATIENCE_S
    )
    assert page.status_code == 503
    docker.stop(HALL)
    assert docker.inspect(HALL)["State"]["ExitCode"] == 0, docker.log(HALL)
