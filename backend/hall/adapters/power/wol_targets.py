"""Where magic packets go: a sleeping card has no address, so several ways are tried at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

import ifaddr

from hall.core.config.addresses import bound_to_a_link

Interface = IPv4Interface | IPv6Interface

GLOBAL_BROADCAST = "255.255.255.255"
ALL_NODES = "ff02::1"


@dataclass(frozen=True, slots=True)
class Card:
    """One address of a network card of this machine, with its network; ``name`` is like eth0."""

    name: str
    address: Interface


@dataclass(frozen=True, slots=True)
class PacketTarget:
    """One destination of UDP packets.

    ``source`` is the local address to send from, None for the kernel's choice. ``label`` is what it
    is called in errors, which hold no address. ``rouses`` says that a card hears it in its sleep: a
    card that has no address any more answers no ARP, and what is sent to it alone is lost.
    """

    label: str
    host: str
    source: str | None = None
    rouses: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """A link without any address: the bare frame goes out by the card of this name."""

    card: str
    label: str = "the link"
    rouses: bool = True


def local_cards() -> list[Card]:
    """The addresses of this machine, loopback included."""
    return [
        Card(ip.nice_name, ip_interface(f"{_text(ip)}/{ip.network_prefix}"))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]


def _text(ip: ifaddr.IP) -> str:
    return str(ip.ip[0]) if isinstance(ip.ip, tuple) else ip.ip


def default_targets(addresses: Sequence[str], cards: Iterable[Card]) -> list[PacketTarget]:
    """The destinations for a server at ``addresses`` (none when its name is unknown).

    On each local network that holds one of them: its directed broadcast and the global one, for
    IPv6 the all-nodes group (RFC 4291, 2.7.1). On no such network, the global broadcast leaves by
    every card: the server may be on any of them. And always the addresses themselves, which a
    card that answers ARP in its sleep hears, and a router may pass on.
    """
    cards = list(cards)
    near = [card for card in cards if any(_holds(card, one) for one in addresses)]
    found = _on(near)
    if not near:
        found = [_global(card) for card in cards if _broadcasts(card) and not _is_loopback(card)]
    return [*found, *_direct(addresses, rouses=not found or not near)]


def targets_by(card: Sequence[Card], addresses: Sequence[str]) -> list[PacketTarget]:
    """The same by one card alone, of which these are the addresses."""
    found = _on(card)
    sources = [str(one.address.ip) for one in card]
    return [*found, *_direct(addresses, sources, rouses=not found)]


def targets_without_cards(addresses: Sequence[str]) -> list[PacketTarget]:
    """The destinations when the cards are not known: the kernel chooses where they leave."""
    broadcast = PacketTarget("the global broadcast", GLOBAL_BROADCAST)
    return [broadcast, *_direct(addresses, rouses=False)]


def chosen_targets(
    hosts: Iterable[str], sources: Sequence[str] = (), card: str | None = None
) -> list[PacketTarget]:
    """The destinations of the configuration, from the source that is of the same IP version.

    Those of a link alone (fe80::1, ff02::1) leave by ``card``, if they name none themselves.
    """
    return [
        PacketTarget(f"destination {number}", _on_link(host, card), _fitting(sources, host))
        for number, host in enumerate(hosts, start=1)
    ]


def _direct(
    addresses: Sequence[str], sources: Sequence[str] = (), *, rouses: bool
) -> list[PacketTarget]:
    return [
        PacketTarget("the server's address", one, _fitting(sources, one), rouses)
        for one in addresses
    ]


def _on(cards: Iterable[Card]) -> list[PacketTarget]:
    """The ways to all who are on the networks of these cards, each once."""
    return list(dict.fromkeys(target for card in cards for target in _to_all(card)))


def _to_all(card: Card) -> list[PacketTarget]:
    if _broadcasts(card):
        broadcast = str(card.address.network.broadcast_address)
        return [
            PacketTarget("the network's broadcast", broadcast, str(card.address.ip)),
            _global(card),
        ]
    if isinstance(card.address, IPv6Interface) and not _is_loopback(card):
        return [PacketTarget("the network's nodes", f"{ALL_NODES}%{card.name}")]
    return []


def _global(card: Card) -> PacketTarget:
    return PacketTarget("the global broadcast", GLOBAL_BROADCAST, str(card.address.ip))


def _broadcasts(card: Card) -> bool:
    """Whether its network has a broadcast address: RFC 3021 leaves none in a /31."""
    return isinstance(card.address, IPv4Interface) and card.address.network.num_addresses > 2  # noqa: PLR2004


def _is_loopback(card: Card) -> bool:
    return card.address.is_loopback


def _holds(card: Card, address: str) -> bool:
    return ip_address(address) in card.address.network


def _on_link(host: str, card: str | None) -> str:
    return f"{host}%{card}" if card and bound_to_a_link(ip_address(host)) else host


def _fitting(sources: Iterable[str], host: str) -> str | None:
    """The first source of the same IP version, but for what names its card already."""
    if "%" in host:
        return None
    version = ip_address(host).version
    return next((one for one in sources if ip_address(one).version == version), None)
