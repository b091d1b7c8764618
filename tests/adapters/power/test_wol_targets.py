from ipaddress import ip_interface

from hall.adapters.power.wol_targets import (
    Card,
    PacketTarget,
    chosen_targets,
    default_targets,
    local_cards,
    targets_by,
)

LO, LO6 = Card("lo", ip_interface("127.0.0.1/8")), Card("lo", ip_interface("::1/128"))
LAN = Card("eth0", ip_interface("192.168.1.2/24"))
LAN6 = Card("eth0", ip_interface("2001:db8::2/64"))
BRIDGE = Card("docker0", ip_interface("172.17.0.1/16"))
LINK = Card("wg0", ip_interface("10.0.0.1/31"))
CARDS = [LO, LO6, LAN, LAN6, BRIDGE, LINK]


def places(targets: list[PacketTarget]) -> list[tuple[str, str | None]]:
    return [(target.host, target.source) for target in targets]


def test_a_server_on_a_local_network_gets_three_packets_from_that_card():
    assert places(default_targets(["192.168.1.20"], CARDS)) == [
        ("192.168.1.255", "192.168.1.2"),
        ("255.255.255.255", "192.168.1.2"),
        ("192.168.1.20", None),
    ]


def test_a_server_with_ipv6_is_called_by_the_nodes_of_its_network():
    assert places(default_targets(["2001:db8::20"], CARDS)) == [
        ("ff02::1%eth0", None),
        ("2001:db8::20", None),
    ]


def test_a_server_whose_name_is_unknown_is_called_on_every_network():
    assert places(default_targets([], CARDS)) == [
        ("255.255.255.255", "192.168.1.2"),
        ("255.255.255.255", "172.17.0.1"),
    ]


def test_a_server_behind_a_router_is_also_called_by_its_address():
    assert ("203.0.113.9", None) in places(default_targets(["203.0.113.9"], CARDS))


def test_a_network_of_two_has_no_broadcast():
    assert places(default_targets(["10.0.0.0"], CARDS)) == [("10.0.0.0", None)]
    assert places(default_targets(["::1"], CARDS)) == [("::1", None)]


def test_the_configured_card_is_the_only_one_used():
    assert places(targets_by([BRIDGE], ["192.168.1.20"])) == [
        ("172.17.255.255", "172.17.0.1"),
        ("255.255.255.255", "172.17.0.1"),
        ("192.168.1.20", "172.17.0.1"),
    ]


def test_a_card_without_ipv4_calls_the_nodes_of_its_link():
    assert places(targets_by([Card("eth1", ip_interface("fe80::2/64"))], ["192.168.1.20"])) == [
        ("ff02::1%eth1", None),
        ("192.168.1.20", None),
    ]


def test_what_goes_to_the_server_alone_rouses_no_card_but_behind_a_router():
    near = default_targets(["192.168.1.20"], CARDS)
    assert [one.rouses for one in near] == [True, True, False]
    assert all(one.rouses for one in default_targets(["203.0.113.9"], CARDS))
    assert all(one.rouses for one in default_targets(["10.0.0.0"], CARDS))


def test_the_configured_destinations_leave_by_the_card_of_their_own_kind():
    hosts = ["192.168.1.255", "fd00::20", "ff02::1", "ff02::1%eth9"]
    assert places(chosen_targets(hosts, ["192.168.1.2"], "eth0")) == [
        ("192.168.1.255", "192.168.1.2"),
        ("fd00::20", None),
        ("ff02::1%eth0", None),
        ("ff02::1%eth9", None),
    ]


def test_no_label_holds_an_address():
    targets = default_targets(["192.168.1.20", "2001:db8::20"], CARDS)
    targets += chosen_targets(["192.168.1.20"])
    assert not [one for one in targets if "192" in one.label or "2001" in one.label]


def test_the_cards_of_this_machine_are_found():
    assert LO in local_cards()
