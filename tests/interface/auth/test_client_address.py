"""Who asks: believed from trusted proxies only, and unknown where they do not say it exactly."""

from ipaddress import ip_network

import pytest
from werkzeug.datastructures import Headers

from hall.interface.auth.client_address import (
    Caller,
    Doubt,
    caller,
    forwarded,
    hop_address,
    truncated,
)

PROXIES = (ip_network("172.18.0.0/16"), ip_network("::1/128"), ip_network("10.0.0.2"))
SILENT = Doubt("silent_proxy", "X-Forwarded-For")


def seen(*lines: tuple[str, str], peer: str | None = "172.18.0.2", host: str = "gate") -> Caller:
    return caller(peer, host, Headers(list(lines)), trusted=PROXIES)


def chained(*chains: str, peer: str = "172.18.0.2") -> str:
    return str(seen(*(("X-Forwarded-For", chain) for chain in chains), peer=peer).address)


def test_behind_a_trusted_proxy_the_client_is_what_the_proxy_saw():
    assert chained("203.0.113.9") == "203.0.113.9"


def test_a_claim_left_of_the_first_untrusted_hop_is_not_believed():
    assert chained("127.0.0.1, 203.0.113.9, 172.18.0.3") == "203.0.113.9"
    assert chained("garbage, 203.0.113.9") == "203.0.113.9"


def test_a_proxy_that_adds_a_header_line_of_its_own_is_read_to_the_last():
    assert chained("10.0.0.1", "203.0.113.9") == "203.0.113.9"


def test_where_all_hops_are_proxies_the_first_of_them_asks():
    assert chained("172.18.0.9, 172.18.0.3") == "172.18.0.9"


@pytest.mark.parametrize("peer", ["172.18.0.2", "::ffff:172.18.0.2", "::1"])
def test_a_proxy_is_known_by_its_address_however_it_is_written(peer):
    assert chained("203.0.113.9", peer=peer) == "203.0.113.9"
    assert seen(peer=peer).doubt == SILENT


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [("X-Forwarded-For", "")],
        [("X-Forwarded-For", "203.0.113.5, ")],
        [("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-For", "")],
        [("X-Forwarded-For", "127.0.0.1, unknown")],
        [("X-Forwarded-For", "203.0.113.5,,172.18.0.3")],
        [("X-Forwarded-For", "203.0.113.5;192.168.1.5")],
        [("X-Real-IP", "198.51.100.7")],
        [("Forwarded", "for=198.51.100.7")],
        [("CF-Connecting-IP", "198.51.100.7"), ("True-Client-IP", "198.51.100.7")],
    ],
)
def test_a_trusted_proxy_that_names_no_usable_address_leaves_the_client_unknown(lines):
    assert (seen(*lines).address, seen(*lines).doubt) == (None, SILENT)


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:DB8::9", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("[2001:db8::9]:65535", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%wlan0.5]:80", "fe80::1"),
    ],
)
def test_ports_brackets_mapping_and_zones_are_understood(hop, address):
    assert str(hop_address(hop)) == address


@pytest.mark.parametrize(
    "hop",
    [
        *("", "unknown", "_hidden", "localhost", "203.0.113", "203.0.113.05", "203.0.113.5.6"),
        *("203.0.113.5:x", "203.0.113.5:", "203.0.113.5:0", "203.0.113.5:99999", "203.0.113.5:-1"),
        *("203.0.113.5:80:80", "203.0.113.5:+80", "203.0.113.5%eth0", "203.0.113.5/32"),
        *("[203.0.113.5", "203.0.113.5]", "[203.0.113.5]", "[203.0.113.5]:80", '"203.0.113.5"'),
        *("[2001:db8:aa::5]junk", "[2001:db8:aa::5", "[2001:db8:aa::5]:", "[2001:db8:aa::5]:0"),
        *("[2001:db8:aa::5%25x]", "2001:db8:aa::5%eth0", "[[2001:db8::5]]", "[]", "[:]"),
        *("fe80::1%", "fe80::1%a b", "fe80::1%eth0%eth1", "fe80::1%e/x", "::ffff:1.2.3.4%eth0"),
        *("٢٠٣.0.113.5", "203.0.113.5:٨٠", "203.0.113.5 192.168.1.5", "for=203.0.113.5"),
    ],
)
def test_what_is_not_exactly_an_address_is_none(hop):
    assert hop_address(hop) is None


def test_without_a_proxy_the_peer_is_the_client():
    assert str(seen(peer="203.0.113.9").address) == "203.0.113.9"
    assert str(seen(peer="::ffff:203.0.113.9").address) == "203.0.113.9"
    assert seen(peer=None) == Caller(None, "gate")


@pytest.mark.parametrize(
    "header",
    [
        *("X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Forwarded", "Forwarded"),
        *("Via", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "X-Remote-Addr"),
        *("X-Cluster-Client-IP", "Fastly-Client-IP", "X-Original-Host", "X-Forwarded-By-Us"),
        *("X_Forwarded_For", "X_REAL_IP", "Forwarded-For", "X-Forward-For", "X-Azure-SocketIP"),
        *("DO-Connecting-IP", "X-Nf-Client-Connection-IP", "Ali-CDN-Real-IP", "X-Sucuri-ClientIP"),
        *(
            "CF-Connecting-IPv6",
            "Client-IP",
            "X-Original-Remote-Addr",
            "X-BlueCoat-Via",
            "CDN-Loop",
        ),
        *("X-NginX-Proxy", "X-Scheme", "Front-End-Https", "X-ARR-LOG-ID", "X-Varnish"),
    ],
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "::ffff:127.0.0.1", "192.168.1.5", "203.0.113.9"])
def test_a_proxy_that_nobody_named_leaves_the_client_unknown(peer, header):
    found = seen((header, "203.0.113.9"), peer=peer)
    assert (found.address, found.doubt) == (None, Doubt("unnamed_proxy", header))


def test_headers_of_browsers_and_programs_are_not_those_of_proxies():
    plain = {"X-Requested-With": "x", "Origin": "http://gate", "X-Real": "1", "Authorization": "x"}
    plain |= {"X-Client-Version": "1", "X-Trip": "1", "X-Device-Ship": "1", "Viaduct": "1"}
    assert forwarded(Headers(plain)) is None
    assert forwarded(Headers({"X-Forwarded-" + "a" * 9000: "x"})) == "X-Forwarded-" + "a" * 28


@pytest.mark.parametrize(
    ("chain", "hosts", "host"),
    [
        ("203.0.113.9", ["site.example.org"], "site.example.org"),
        ("203.0.113.9", ["evil.example, site.example.org:8080"], "site.example.org"),
        ("203.0.113.9, 10.0.0.2", ["site.example.org, inner.lan"], "site.example.org"),
        ("203.0.113.9, 10.0.0.2", ["site.example.org", "inner.lan"], "site.example.org"),
        (
            "203.0.113.9, 10.0.0.2",
            ["evil.example, site.example.org, inner.lan"],
            "site.example.org",
        ),
        ("203.0.113.9, 10.0.0.2", ["site.example.org"], "site.example.org"),
        ("192.168.1.1, 203.0.113.9, 10.0.0.2", ["site.example.org, x"], "site.example.org"),
        ("203.0.113.9", ["evil.example, "], "gate"),
        ("203.0.113.9", [], "gate"),
    ],
)
def test_the_forwarded_host_is_the_one_that_the_outermost_trusted_proxy_was_asked_for(
    chain, hosts, host
):
    lines = [("X-Forwarded-Host", line) for line in hosts]
    assert seen(("X-Forwarded-For", chain), *lines).host == host


def test_a_forwarded_host_counts_only_behind_a_trusted_proxy():
    assert seen(("X-Forwarded-Host", "site"), peer="203.0.113.9", host="Gate:80").host == "gate"


def test_addresses_are_truncated_before_they_are_kept():
    assert truncated(hop_address("203.0.113.9")) == "203.0.0.0/16"
    assert truncated(hop_address("2001:db8:1:2::9")) == "2001:db8:1::/48"
    assert truncated(None) == "unknown"
