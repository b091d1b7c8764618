"""Addresses that nobody can have, and keys that could never do what they say, are refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hall.core.config.document import Configuration
from hall.core.config.domain import HealthConfig
from hall.core.config.fields import AgentUrl, DockerUrl, HttpUrl
from hall.core.config.methods import Webhook, WolWake
from hall.core.config.references import cross_check
from hall.core.config.server import ServerConfig

MAC = "aa:bb:cc:dd:ee:ff"


def refusal(model: type, **values: object) -> str:
    with pytest.raises(ValidationError) as caught:
        model(**values)
    return " ".join(error["msg"] for error in caught.value.errors())


def wol(**values: object) -> str:
    """Why such a way to wake is refused."""
    return refusal(WolWake, **{"method": "wol", "mac": MAC, **values})


# ---- network cards -------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["00:00:00:00:00:00", "0000.0000.0000", "000000000000"])
def test_the_mac_address_of_a_card_that_was_not_known_is_refused(written: str):
    assert f"{written!r} is no card's address: it stands for one" in wol(mac=written)


@pytest.mark.parametrize("written", ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33-33-00-00-00-01"])
def test_the_mac_address_of_a_group_is_refused(written: str):
    assert f"{written!r} is no card's address: it is one of a group" in wol(mac=written)


@pytest.mark.parametrize(
    "written",
    ["a:a:b:b:c:c:d:d:e:e:f:f", "aa:bb-cc:dd-ee:ff", "aabb:ccdd:eeff", "aa.bb.cc.dd.ee.ff"],
)
def test_an_odd_spelling_of_a_mac_address_is_refused(written: str):
    assert f"{written!r} is not a MAC address" in wol(mac=written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("00:00:00:00:00:30", "00:00:00:00:00:30"),
        ("02-00-00-00-00-01", "02:00:00:00:00:01"),
        ("AABB.CCDD.EEFF", MAC),
        ("aabbccddeeff", MAC),
    ],
)
def test_a_mac_address_that_a_card_can_have_is_taken(written: str, read: str):
    assert WolWake(method="wol", mac=written).mac == (read,)


# ---- where packets go ----------------------------------------------------------------------------


def test_a_list_without_destinations_sends_nothing():
    assert "an empty list sends nothing" in wol(destinations=[])


@pytest.mark.parametrize("nobody", ["0.0.0.0", "::"])
def test_a_destination_that_is_nobodys_is_refused(nobody: str):
    assert f"{nobody!r} is nobody's address" in wol(destinations=[nobody])


def test_a_destination_that_no_card_in_use_leads_to_is_refused():
    assert "none of the destinations can be reached from 192.168.1.2" in wol(
        interface="192.168.1.2", destinations=["ff02::1%eth0"]
    )
    both = {"interface": "192.168.1.2", "destinations": ["192.168.1.255", "fd00::20"]}
    assert WolWake(method="wol", mac=MAC, **both)


@pytest.mark.parametrize("alone", ["ff02::1", "fe80::20"])
def test_a_destination_of_one_link_needs_its_card(alone: str):
    assert f"expected its card too, {alone}%eth0" in wol(destinations=[alone])
    assert WolWake(method="wol", mac=MAC, destinations=[f"{alone}%eth0"])
    assert WolWake(method="wol", mac=MAC, destinations=[alone], interface="eth0")


@pytest.mark.parametrize("name", ["eth0", "enp3s0", "br-lan", "eth0.10", "wlx0123456789ab"])
def test_the_card_to_send_by_may_be_named(name: str):
    assert WolWake(method="wol", mac=MAC, interface=name).interface == name


@pytest.mark.parametrize("text", ["eth 0", "a-name-of-over-15", "eth0/1", ""])
def test_what_is_no_card_is_refused(text: str):
    assert f"{text!r} is no network card; expected the name" in wol(interface=text)


@pytest.mark.parametrize("text", ["192.168.1.256", "eth0:1", "0.0.0.0", "224.0.0.1"])
def test_a_mistyped_address_is_no_name_of_a_card(text: str):
    assert f"{text!r} is" in wol(interface=text)


def test_the_card_to_send_by_is_not_the_servers():
    wake = {"method": "wol", "mac": MAC, "interface": "192.168.1.20"}
    server = {"name": "Main", "address": "192.168.1.20", "wake": wake}
    config = Configuration.model_validate({"servers": {"main": server}, "domains": {}})
    [(place, text)] = cross_check(config)
    assert place == ("servers", "main", "wake", "interface")
    assert "is the server's own address" in text


# ---- machines ------------------------------------------------------------------------------------

NOBODYS = {
    "0.0.0.0": "is nobody's address",
    "::": "is nobody's address",
    "255.255.255.255": "is the address of all",
    "224.0.0.1": "is the address of a group",
    "ff02::1": "is the address of a group",
    "fe80::20": "is of one link alone",
    "::ffff:192.168.1.20": "expected 192.168.1.20",
}


@pytest.mark.parametrize("address", NOBODYS)
def test_a_server_has_an_address_that_a_machine_can_have(address: str):
    assert NOBODYS[address] in refusal(ServerConfig, name="Main", address=address)


def test_an_address_of_one_link_is_taken_with_its_card():
    assert ServerConfig(name="Main", address="fe80::20%eth0").address == "fe80::20%eth0"


@pytest.mark.parametrize("name", ["nas..lan", "-nas", "nas.-lan", "0x7f.1", "nas.1", "a" * 64])
def test_a_name_that_no_resolver_takes_for_one_is_refused(name: str):
    assert f"{name!r} is not a host name" in refusal(ServerConfig, name="Main", address=name)
    long = ".".join(["a" * 60] * 5)
    assert "is not a host name" in refusal(ServerConfig, name="Main", address=long)


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "224.0.0.1", "[fe80::20]"])
def test_an_address_of_the_web_leads_to_a_machine(host: str):
    assert "expected the address of one machine" in refusal(HealthConfig, url=f"http://{host}:80/")


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (DockerUrl, "tcp://0.0.0.0:2375"),
        (DockerUrl, "ssh://hall@[::]"),
        (AgentUrl, "agent://[::]:1"),
    ],
)
def test_docker_and_the_agent_are_on_a_machine(kind: object, url: str):
    with pytest.raises(ValidationError, match="expected the address of one machine"):
        TypeAdapter(kind).validate_python(url)


@pytest.mark.parametrize("host", ["0x7f.1", "127.1", "site.0"])
def test_a_host_that_browsers_read_as_a_number_is_refused(host: str):
    with pytest.raises(ValidationError, match="has no host name or IP address"):
        TypeAdapter(HttpUrl).validate_python(f"http://{host}/")


def test_a_status_that_no_answer_ends_with_cannot_be_expected():
    hook = {"method": "webhook", "url": "http://192.168.1.9/on", "expect_status": [100]}
    assert "greater than or equal to 200" in refusal(Webhook, **hook)
    assert "greater than or equal to 200" in refusal(
        HealthConfig, url="http://192.168.1.9/", expect_status=[101]
    )
