from ipaddress import ip_network

import pytest
from asking import BROWSER, ROBOT, SCRIPT
from werkzeug.datastructures import Headers

from hall.interface.access import caller, own_origin, robot, truncated, wakes

PROXIES = (ip_network("172.18.0.0/16"), ip_network("::1/128"))


def address(peer: str | None, chain: str = "") -> str:
    return str(caller(peer, "gate", Headers({"X-Forwarded-For": chain}), trusted=PROXIES).address)


def test_without_a_trusted_proxy_the_peer_is_the_client_whatever_it_claims():
    assert address("203.0.113.9", "127.0.0.1") == "203.0.113.9"


def test_behind_a_trusted_proxy_the_client_is_what_the_proxy_saw():
    assert address("172.18.0.2", "203.0.113.9") == "203.0.113.9"


def test_a_claim_left_of_the_first_untrusted_hop_is_not_believed():
    assert address("172.18.0.2", "127.0.0.1, 203.0.113.9, 172.18.0.3") == "203.0.113.9"


def test_a_hop_that_is_no_address_leaves_the_client_unknown():
    assert address("172.18.0.2", "127.0.0.1, unknown") == "None"


def test_a_proxy_that_adds_a_header_line_of_its_own_is_read_to_the_last():
    headers = Headers([("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-For", "203.0.113.9")])
    seen = caller("172.18.0.2", "gate", headers, trusted=PROXIES)
    assert str(seen.address) == "203.0.113.9"


@pytest.mark.parametrize(
    ("hop", "seen"),
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_ports_brackets_mapping_and_zones_are_understood(hop, seen):
    assert address("::1", hop) == seen


def test_a_caller_without_an_address_has_none():
    assert address(None) == "None"


def test_the_forwarded_host_counts_only_behind_a_trusted_proxy():
    headers = Headers({"X-Forwarded-Host": "client1.example.org"})
    assert caller("172.18.0.2", "x", headers, trusted=PROXIES).host == "client1.example.org"
    assert caller("203.0.113.9", "Gate:80", headers, trusted=PROXIES).host == "gate"


def test_addresses_are_truncated_before_they_are_kept():
    assert truncated(caller("203.0.113.9", "", Headers(), trusted=()).address) == "203.0.0.0/16"
    assert truncated(caller("2001:db8:1:2::9", "", Headers(), trusted=()).address) == (
        "2001:db8:1::/48"
    )
    assert truncated(None) == "unknown"


@pytest.mark.parametrize("headers", [BROWSER, SCRIPT])
def test_people_and_the_tools_they_type_wake(headers):
    assert wakes("GET", "deep/link", Headers(headers))


@pytest.mark.parametrize(
    "agent",
    ["Googlebot/2.1", "WhatsApp/2.23", "UptimeRobot/2.0", "Slackbot-LinkExpanding 1.0", ""],
)
def test_robots_previews_and_monitors_do_not_wake(agent):
    assert robot(agent)
    assert not wakes("GET", "", Headers({**ROBOT, "User-Agent": agent}))


@pytest.mark.parametrize(
    "more",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
def test_prefetch_and_pictures_do_not_wake(more):
    assert not wakes("GET", "", Headers({**BROWSER, **more}))


@pytest.mark.parametrize(
    "path", ["favicon.ico", "robots.txt", "apple-touch-icon-120x120.png", ".well-known/x"]
)
def test_what_browsers_and_robots_fetch_by_themselves_does_not_wake(path):
    assert not wakes("GET", path, Headers(BROWSER))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_methods_that_only_look_do_not_wake(method):
    assert not wakes(method, "", Headers(BROWSER))


def test_scripts_and_own_pages_may_change_state_and_other_sites_may_not():
    known = {"gate"}
    assert own_origin(None, None, known=known)
    assert own_origin("http://gate:8080", "same-origin", known=known)
    assert not own_origin("https://evil.example", "cross-site", known=known)
    assert not own_origin("null", "cross-site", known=known)
    assert not own_origin("http://[", "cross-site", known=known)
    assert not own_origin(None, "cross-site", known=known)
