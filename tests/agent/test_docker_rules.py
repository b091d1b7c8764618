"""What of Docker's API passes, and what does not."""

import json
from urllib.parse import quote

import pytest

from hall.agent.docker_rules import ORDERS, Passed, asks_for_none, passed

FILTERS = quote(json.dumps({"label": ["com.docker.compose.project=shop"]}))
EVENTS = quote(json.dumps({"type": ["container"], "event": ["start", "health_status"]}))


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/_ping", "ping"),
        ("/containers/json", "list"),
        (f"/containers/json?all=1&filters={FILTERS}", "list"),
        ("/containers/shop-web-1/json", "inspect"),
        ("/containers/json/json", "inspect"),
        ("/containers/ab12/stats?stream=false&one-shot=true", "stats"),
        (f"/events?filters={EVENTS}&since=1795420800.000000007", "events"),
    ],
)
def test_what_hall_asks_passes(target: str, kind: str):
    found = passed("GET", target)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("order", ORDERS)
def test_orders_pass_with_the_name_of_their_container(order: str):
    expected = Passed(order, f"/containers/web/{order}", "web")
    assert passed("POST", f"/containers/web/{order}") == expected


@pytest.mark.parametrize(
    "target",
    [
        "/version",
        "/info",
        "/images/json",
        "/containers/web/logs?stdout=1",
        "/containers/web/archive?path=/etc/shadow",
        "/containers/web/top",
        "/containers/web/export",
        "/v1.41/containers/json",
        "/containers/web/stats",
        "/containers/web/stats?stream=true",
        "/containers/web/stats?stream=false&stream=true",
        "/containers/json?all=1&size=1",
        "/containers/json?all=2",
        "/containers/json?all",
        "/containers/json?filters=x",
        "/containers/json?filters=[]",
        "/containers/json?filters={%22volume%22:[%22x%22]}",
        "/containers/json?filters={%22label%22:%22x%22}",
        "/containers/json?filters={%22label%22:[1]}",
        f"/containers/json?filters={'[' * 5000}",
        "/containers/json?filters=%ff",
        "/events?since=now",
        "/events?until=1",
        "/_ping?x=1",
        "//_ping",
        "/./_ping",
        "/_ping/",
        "/_ping/../version",
        "/containers/../version",
        "/containers/%2e%2e/json",
        "/containers/..%2Fx/json",
        "/containers/../json",
        "/containers//json",
        "/containers/web%2Fjson/json",
        "/containers/web;x/json",
        "/containers/web\n/json",
        "/containers/wéb/json",
        "/containers/.web/json",
        f"/containers/{'w' * 256}/json",
        "/containers/web/json#x",
        "http://docker/_ping",
        "",
    ],
)
def test_everything_else_does_not(target: str):
    assert passed("GET", target) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "get", "PATCH", "OPTIONS"])
def test_reading_is_for_get_only(method: str):
    assert passed(method, "/containers/json") is None


@pytest.mark.parametrize(
    "target",
    [
        "/containers/create",
        "/containers/web/kill",
        "/containers/web/restart",
        "/containers/web/exec",
        "/containers/web/start?detachKeys=x",
        "/containers/web/stop?t=0",
        "/containers/../start",
        "/containers/prune",
        "/build",
    ],
)
def test_no_other_order_passes(target: str):
    assert passed("POST", target) is None


@pytest.mark.parametrize(
    ("target", "none"),
    [
        ("/containers/..%2Fx%3Fy/json", True),
        ("/containers/my%20web/start", True),
        ("/containers/../json", True),
        ("/containers/web/json", False),
        ("/containers/web/logs", False),
        ("/containers/a%20b/logs", False),
        ("/containers/json", False),
        ("/version", False),
    ],
)
def test_a_container_that_cannot_exist_is_told_from_what_is_forbidden(target: str, *, none: bool):
    assert asks_for_none(target) == none


def test_orders_are_for_post_only():
    assert passed("GET", "/containers/web/start") is None


def test_what_docker_is_asked_is_written_anew():
    found = passed("GET", "/containers/json?all=%31&filters=%7B%7D")
    assert found is not None
    assert found.target == "/containers/json?all=1&filters=%7B%7D"
