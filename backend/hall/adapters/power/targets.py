"""Where magic packets go: a sleeping card has no address, so several ways are tried at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

import ifaddr

Interface = IPv4Interface | IPv6Interface

GLOBAL_BROADCAST = "255.255.255.255"
ALL_NODES = "ff02::1"


@dataclass(frozen=True, slots=True)
class Card:
    """One address of a network card of this machine, with its network; ``name`` is like eth0."""

    name: str
    address: Interface


@dataclass(frozen=True, slots=True)
class Target:
    """One destination; ``source`` is the local address to send from, None for the kernel's choice.

    ``label`` is what it is called in errors, which hold no address.
    """

    label: str
    host: str
    source: str | None = None


def local_cards() -> list[Card]:
    """The addresses of this machine, loopback included."""
    return [
        Card(ip.nice_name, ip_interface(f"{_text(ip)}/{ip.network_prefix}"))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]


def _text(ip: ifaddr.IP) -> str:
    return str(ip.ip[0]) if isinstance(ip.ip, tuple) else ip.ip


def default_targets(
    addresses: Sequence[str], cards: Iterable[Card], source: str | None = None
) -> list[Target]:
    """The destinations for a server at ``addresses`` (none when its name is unknown).

    On each local network that holds one of them: its directed broadcast and the global one, for
    IPv6 the all-nodes group (RFC 4291, 2.7.1). On no such network, the global broadcast leaves by
    every card: the server may be on any of them. And always the addresses themselves, which a
    card that answers ARP in its sleep hears. ``source`` is the one card to use.
    """
    cards = [card for card in cards if source in {None, str(card.address.ip)}]
    near = [card for card in cards if any(_holds(card, one) for one in addresses)]
    if source is not None:
        near = cards
    found = [target for card in near for target in _on(card)]
    if not near:
        found = [_global(card) for card in cards if _broadcasts(card) and not _is_loopback(card)]
    found += [Target("the server's address", one, _fitting(source, one)) for one in addresses]
    return list(dict.fromkeys(found))


def blind_targets(addresses: Sequence[str], source: str | None = None) -> list[Target]:
    """The destinations when the cards are not known: the kernel chooses where they leave."""
    return [
        Target("the global broadcast", GLOBAL_BROADCAST, _fitting(source, GLOBAL_BROADCAST)),
        *(Target("the server's address", one, _fitting(source, one)) for one in addresses),
    ]


def chosen_targets(hosts: Iterable[str], source: str | None) -> list[Target]:
    """The destinations of the configuration; ``source`` where it is of the same IP version."""
    return [
        Target(f"destination {number}", host, _fitting(source, host))
        for number, host in enumerate(hosts, start=1)
    ]


def _on(card: Card) -> list[Target]:
    if _broadcasts(card):
        broadcast = str(card.address.network.broadcast_address)
        return [Target("the network's broadcast", broadcast, str(card.address.ip)), _global(card)]
    if isinstance(card.address, IPv6Interface) and not _is_loopback(card):
        return [Target("the network's nodes", f"{ALL_NODES}%{card.name}")]
    return []


def _global(card: Card) -> Target:
    return Target("the global broadcast", GLOBAL_BROADCAST, str(card.address.ip))


def _broadcasts(card: Card) -> bool:
    """Whether its network has a broadcast address: RFC 3021 leaves none in a /31."""
    return isinstance(card.address, IPv4Interface) and card.address.network.num_addresses > 2  # noqa: PLR2004


def _is_loopback(card: Card) -> bool:
    return card.address.is_loopback


def _holds(card: Card, address: str) -> bool:
    return ip_address(address) in card.address.network


def _fitting(source: str | None, host: str) -> str | None:
    if source is None or ip_address(source).version != ip_address(host).version:
        return None
    return source
