"""What leaves the server, of what Docker says: what Hall reads, and no secret."""

import json
from typing import Any

import pytest

from hall.adapters.docker.models import Inspected, Listing, Stats
from hall.agent.docker_filter import extract, extract_event, extract_refusal

SECRET = "s3cret"
LABELS = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.service": "web",
    "com.docker.compose.depends_on": "db:service_healthy:false",
    "hall.keep-awake": "true",
    "traefik.http.middlewares.auth.basicauth.users": SECRET,
}
INSPECTED = {
    "Id": "ab12",
    "Name": "/web",
    "Path": SECRET,
    "Args": [SECRET],
    "State": {
        "Status": "running",
        "ExitCode": 0,
        "Pid": 7,
        "StartedAt": "2026-11-27T15:45:25.110845899Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
        "Error": SECRET,
        "Health": {"Status": "healthy", "Log": [{"ExitCode": 0, "Output": SECRET}]},
    },
    "Config": {
        "Env": [f"PASSWORD={SECRET}"],
        "Cmd": [SECRET],
        "Labels": LABELS,
        "Healthcheck": {"Test": ["CMD", SECRET]},
    },
    "HostConfig": {
        "NetworkMode": "shop_default",
        "Binds": [SECRET],
        "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0},
        "PortBindings": {"80/tcp": [{"HostIp": SECRET, "HostPort": "8080"}]},
    },
    "Mounts": [{"Source": SECRET}],
    "NetworkSettings": {"Networks": {"a": {"IPAddress": "172.18.0.3", "GlobalIPv6Address": ""}}},
}


def kept(kind: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    body = extract(kind, json.dumps(value).encode())
    assert SECRET not in body.decode()
    return json.loads(body)


def test_no_secret_of_a_container_leaves_the_server():
    found = kept("inspect", INSPECTED)
    assert found["Config"].keys() == {"Labels"}
    assert found["State"]["Health"] == {"Status": "healthy", "Log": [{"ExitCode": 0}]}


def test_hall_reads_the_same_container_as_without_the_agent():
    whole = Inspected.model_validate(INSPECTED)
    seen = Inspected.model_validate(kept("inspect", INSPECTED))
    assert (seen.container(), seen.running()) == (whole.container(), whole.running())
    assert seen.running().keep_awake


def test_hall_reads_the_same_list_and_counters():
    line = {"Id": "ab12", "Names": ["/web"], "Labels": LABELS, "Command": SECRET}
    line["HostConfig"] = {"NetworkMode": "host", "x": SECRET}
    whole, [seen] = Listing.validate_python([line]), Listing.validate_python(kept("list", [line]))
    assert seen.plain_names == whole[0].plain_names
    assert seen.host_config == whole[0].host_config
    counters = {"rx_bytes": 3, "tx_bytes": 4, "rx_errors": 1}
    stats = {"read": "2026", "networks": {"eth0": counters}, "memory_stats": {"x": SECRET}}
    assert Stats.model_validate(kept("stats", stats)).total == 7


@pytest.mark.parametrize("networks", [{}, {"networks": None}])
def test_a_network_that_is_not_there_is_not_made_up(networks: dict[str, None]):
    assert Stats.model_validate(kept("stats", {"read": "2026", **networks})).total is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("list", b'{"not": "a list"}'),
        ("inspect", b"[]"),
        ("inspect", b"\xff"),
        ("stats", b"[" * 9999),
    ],
)
def test_what_is_not_in_the_shape_is_null(kind: str, body: bytes):
    assert extract(kind, body) == b"null"


def test_a_ping_and_an_order_have_no_body():
    assert extract("ping", b"OK") == extract("start", b"x") == b""


def test_of_a_refusal_only_the_words_pass():
    assert extract_refusal(b'{"message": "no", "more": "x"}') == b'{"message":"no"}'
    assert extract_refusal(b"oops") == extract_refusal(b'{"message": 1}') == b""
    assert len(extract_refusal(json.dumps({"message": "x" * 9000}).encode())) < 1100


def event(action: str, kind: str = "container") -> bytes:
    about = {"name": "web", "com.docker.compose.project": "shop", "image": SECRET}
    told = {"Type": kind, "Action": action, "Actor": {"ID": "ab", "Attributes": about}}
    return json.dumps({**told, "timeNano": 7, "from": SECRET}).encode()


def test_an_event_passes_without_what_is_nobodys_business():
    found = extract_event(event("health_status: healthy"))
    assert found is not None
    assert json.loads(found) == {
        "Type": "container",
        "Action": "health_status: healthy",
        "timeNano": 7,
        "Actor": {"Attributes": {"name": "web", "com.docker.compose.project": "shop"}},
    }


@pytest.mark.parametrize(
    "line",
    [event(f"exec_start: sh -c {SECRET}"), event("start", "volume"), event(""), b"{}", b"x", b"[]"],
)
def test_commands_and_all_that_is_no_change_of_a_container_stay_here(line: bytes):
    assert extract_event(line) is None
