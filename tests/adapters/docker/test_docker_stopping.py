"""Stopping containers, their traffic, and what runs, against a fake engine."""

from pathlib import Path
from typing import Any

import pytest

from hall.adapters.docker.timeouts import DockerTimeouts
from hall.core.errors import DockerError
from hall.core.model.container import ProjectRef, RunningContainer
from tests.adapters.docker.engines import Facing
from tests.adapters.docker.fake_engine import NEVER, FakeEngine
from tests.adapters.docker.fake_engine import inspected as inspection

CLIENT1 = ProjectRef(compose="client1")
READ = "2026-11-23T14:13:08.6Z"


def counted(received: int, sent: int) -> dict[str, int]:
    return {"rx_bytes": received, "tx_bytes": sent, "rx_packets": 1}


async def stopped(
    facing: Facing,
    fake: FakeEngine,
    folder: Path,
    *names: str,
    timeouts: DockerTimeouts = DockerTimeouts(),
) -> None:
    async with facing(fake, folder, timeouts) as engine:
        await engine.stop(names)


async def total(
    facing: Facing, fake: FakeEngine, folder: Path, wanted: ProjectRef = CLIENT1
) -> int | None:
    async with facing(fake, folder) as engine:
        return await engine.traffic(wanted)


async def found(facing: Facing, fake: FakeEngine, folder: Path) -> tuple[RunningContainer, ...]:
    async with facing(fake, folder) as engine:
        return await engine.running()


def running(**counters: Any) -> FakeEngine:  # noqa: ANN401 - what a test wants
    """An engine with these containers running; each with its counters, or with what it answers."""
    listed = [line(name) for name in counters]
    answers: dict[str, tuple[int, Any]] = {"GET /containers/json": (200, listed)}
    for name, counted in counters.items():
        body = {"read": READ, "networks": counted}
        answers[f"GET /containers/{name}/stats"] = (200, body)
    return FakeEngine(answers)


def of_podman(name: str, host: object, networks: dict[str, object]) -> FakeEngine:
    """An engine with one container, which lists no mode and counts under a name of its own."""
    fake = running(**{name: {"network": counted(3, 4)}})
    del fake.answers["GET /containers/json"][1][0]["HostConfig"]
    answer = inspection(name) | {"HostConfig": host, "NetworkSettings": {"Networks": networks}}
    fake.answers[f"GET /containers/{name}/json"] = (200, answer)
    return fake


def line(name: str, mode: str = "client1_default") -> dict[str, Any]:
    return {"Id": name, "Names": [f"/{name}"], "HostConfig": {"NetworkMode": mode}}


async def test_containers_are_stopped_in_the_order_given(facing, tmp_path: Path):
    answers = {"POST /containers/web/stop": (204, b""), "POST /containers/db/stop": (304, b"")}
    fake = FakeEngine(answers)
    await stopped(facing, fake, tmp_path, "web", "db")
    assert fake.orders == ["POST /containers/web/stop", "POST /containers/db/stop"]


async def test_what_the_engine_refuses_to_stop_is_told_in_its_words(facing, tmp_path: Path):
    fake = FakeEngine({"POST /containers/web/stop": (500, {"message": "cannot kill 10.0.0.9"})})
    with pytest.raises(DockerError, match=r"^cannot kill …$"):
        await stopped(facing, fake, tmp_path, "web", "never")
    with pytest.raises(DockerError, match="No such container"):
        await stopped(facing, fake, tmp_path, "absent")
    assert "POST /containers/never/stop" not in fake.asked


async def test_a_stop_that_takes_too_long_is_given_up(facing, tmp_path: Path):
    fake = FakeEngine({"POST /containers/web/stop": (NEVER, b"")})
    hasty = DockerTimeouts(stop_s=0.05)
    with pytest.raises(DockerError, match=r"^Docker does not answer$"):
        await stopped(facing, fake, tmp_path, "web", timeouts=hasty)


async def test_traffic_is_what_went_in_and_out_of_all_containers(facing, tmp_path: Path):
    fake = running(
        web={"eth0": counted(100, 20), "eth1": counted(3, 0)}, db={"eth0": counted(0, 4000)}
    )
    assert await total(facing, fake, tmp_path) == 4123
    assert fake.queries[0] == {"filters": '{"label": ["com.docker.compose.project=client1"]}'}
    assert {"stream": "false", "one-shot": "true"} in fake.queries


async def test_there_is_no_traffic_when_nothing_runs(facing, tmp_path: Path):
    assert await total(facing, running(), tmp_path) == 0


async def test_traffic_cannot_be_told_on_the_network_of_the_host(facing, tmp_path: Path):
    assert await total(facing, running(web={"eth0": counted(1, 1)}, vpn=None), tmp_path) is None


@pytest.mark.parametrize(
    ("host", "networks"),
    [
        ({"NetworkMode": "host"}, {}),
        ({"NetworkMode": "ns:/run/netns/vpn"}, {}),
        ({"NetworkMode": "bridge"}, {"a": {}, "b": {}}),
        (None, {"a": {}}),
    ],
)
async def test_a_counter_that_leaves_something_out_is_not_taken_for_the_whole(
    facing, tmp_path: Path, host: object, networks: dict[str, object]
):
    """Podman lists no mode, and counts 0 where the container has no network of its own."""
    fake = of_podman("web", host, networks)
    assert await total(facing, fake, tmp_path) is None


@pytest.mark.parametrize(("mode", "bytes_"), [("bridge", 7), ("none", 0), ("slirp4netns", 7)])
async def test_podmans_counter_of_a_network_of_its_own_is_taken(
    facing, tmp_path: Path, mode: str, bytes_: int
):
    fake = of_podman("web", {"NetworkMode": mode}, {"client1": {}})
    assert await total(facing, fake, tmp_path) == bytes_


async def test_a_container_that_goes_before_its_network_is_told_has_no_traffic(
    facing, tmp_path: Path
):
    fake = of_podman("web", {"NetworkMode": "bridge"}, {})
    del fake.answers["GET /containers/web/json"]
    assert await total(facing, fake, tmp_path) == 0


@pytest.mark.parametrize(
    "networks", [{}, {"eth0": None}, {"eth0": counted(1, 1), "eth1": {"rx_bytes": None}}]
)
async def test_a_counter_that_is_not_told_is_not_0(facing, tmp_path: Path, networks: object):
    assert await total(facing, running(web=networks), tmp_path) is None


async def test_a_container_without_a_network_has_no_traffic(facing, tmp_path: Path):
    fake = running(web={"eth0": counted(1, 1)})
    fake.answers["GET /containers/json"][1].append(line("job", mode="none"))
    assert await total(facing, fake, tmp_path) == 2


async def test_two_containers_that_share_a_network_are_counted_once(facing, tmp_path: Path):
    fake = running(web={"eth0": counted(1, 1)}, side={"eth0": counted(1, 1)})
    fake.answers["GET /containers/json"][1][1] = line("side", mode="container:web")
    assert await total(facing, fake, tmp_path) == 2


async def test_a_container_that_goes_meanwhile_has_no_traffic(facing, tmp_path: Path):
    fake = running(web={"eth0": counted(1, 1)}, gone=None, ended=None, removed=None)
    del fake.answers["GET /containers/gone/stats"]
    fake.answers["GET /containers/ended/stats"] = (200, {"read": "0001-01-01T00:00:00Z"})
    fake.answers["GET /containers/removed/stats"] = (200, {"name": "", "id": ""})
    assert await total(facing, fake, tmp_path) == 2


async def test_traffic_of_containers_by_name_is_that_of_these_alone(facing, tmp_path: Path):
    fake = running(web={"eth0": counted(1, 1)}, other={"eth0": counted(100, 100)})
    assert (
        await total(facing, fake, tmp_path, ProjectRef(compose=None, names=("web", "absent"))) == 2
    )


async def test_one_that_cannot_be_counted_is_an_error_of_all(facing, tmp_path: Path):
    fake = running(web={"eth0": counted(1, 1)}, db=None)
    fake.answers["GET /containers/db/stats"] = (500, {"message": "disk full"})
    with pytest.raises(DockerError, match=r"^disk full$"):
        await total(facing, fake, tmp_path)


async def test_many_containers_are_asked_side_by_side_but_not_all_at_once(facing, tmp_path: Path):
    fake = running(**{f"c{number}": {"eth0": counted(1, 0)} for number in range(30)})
    assert await total(facing, fake, tmp_path) == 30
    assert 1 < fake.connections <= 8


async def test_running_containers_are_told_with_their_process_and_addresses(facing, tmp_path: Path):
    fake = running(web=None)
    networks = {"a": {"IPAddress": "172.18.0.3", "GlobalIPv6Address": "fd00::3"}}
    networks["b"] = {"IPAddress": "172.19.0.3", "GlobalIPv6Address": ""}
    fake.answers["GET /containers/web/json"] = (200, inspected("web", 284, networks))
    assert await found(facing, fake, tmp_path) == (
        RunningContainer(name="web", pid=284, addresses=("172.18.0.3", "fd00::3", "172.19.0.3")),
    )
    assert fake.queries[0] == {}


async def test_a_container_without_a_network_of_its_own_has_no_address(facing, tmp_path: Path):
    fake = running(web=None)
    fake.answers["GET /containers/web/json"] = (200, inspected("web", 284, None))
    assert (await found(facing, fake, tmp_path))[0].addresses == ()


@pytest.mark.parametrize(
    ("label", "kept"),
    [("true", True), ("", True), ("backup", True), ("false", False), (" No", False), ("0", False)],
)
async def test_a_label_keeps_the_server_awake_unless_it_says_no(
    facing, tmp_path: Path, label: str, *, kept: bool
):
    fake = running(web=None)
    labels = {"hall.keep-awake": label}
    fake.answers["GET /containers/web/json"] = (200, inspected("web", 284, None, labels))
    assert (await found(facing, fake, tmp_path))[0].keep_awake is kept


async def test_one_that_ends_meanwhile_does_not_run(facing, tmp_path: Path):
    fake = running(gone=None, ended=None)
    fake.answers["GET /containers/ended/json"] = (200, inspected("ended", 0, None))
    assert await found(facing, fake, tmp_path) == ()


def inspected(
    name: str, pid: int, networks: object, labels: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "Name": f"/{name}",
        "State": {"Status": "running", "ExitCode": 0, "Pid": pid},
        "Config": {"Labels": labels},
        "NetworkSettings": {"Networks": networks},
    }
