"""Addresses of machines and of their cards: those that none can have are refused, with why."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_PAIRS = r"[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}"
_QUADS = r"[0-9a-f]{4}(\.[0-9a-f]{4}){2}"
_BARE = r"[0-9a-f]{12}"
_MAC = re.compile(f"{_PAIRS}|{_QUADS}|{_BARE}", re.IGNORECASE)

CARD_NAME = r"^[A-Za-z0-9_.@-]{1,15}$"
"""What Linux allows for a card (IFNAMSIZ), without what is only ever a mistyped address."""

_LINK_GROUPS = IPv6Network("ff02::/16")
"""Those of one link (RFC 4291, 2.7)."""

_GROUP = 1
"""The bit of the first byte that makes a MAC address one of a group (IEEE 802)."""


def mac(value: str) -> str:
    """The MAC address of one card, in pairs of lower case.

    Raises:
        ValueError: it is malformed, all zeros, or that of a group; the text says what is expected.
    """
    if not _MAC.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a MAC address; expected six pairs like aa:bb:cc:dd:ee:ff"
        )
    card = bytes.fromhex(re.sub(r"[:.-]", "", value))
    if not any(card):
        raise ValueError(
            f"{value!r} is no card's address: it stands for one that is not known; expected that "
            "of the server's network card, as `ip link` shows it there"
        )
    if card[0] & _GROUP:
        raise ValueError(
            f"{value!r} is no card's address: it is one of a group; expected that of the server's "
            "network card, as `ip link` shows it there"
        )
    return card.hex(":")


def destination(value: str) -> str:
    """An IP address that packets may be sent to: of a machine, of a group, or a broadcast."""
    address = _parsed(value)
    if address.is_unspecified:
        raise ValueError(f"{value!r} is nobody's address; expected one that packets can go to")
    return _as_it_is(value, address)


def machine(value: str) -> str:
    """The IP address of one machine, in its shortest form.

    Raises:
        ValueError: no single machine has it, or it needs its card named (fe80::1).
    """
    address = _parsed(value)
    if (why := nobodys(address)) is not None:
        raise ValueError(f"{value!r} {why}; expected the address of one machine")
    if bound_to_a_link(address):
        raise ValueError(f"{value!r} is of one link alone; expected its card too: {value}%eth0")
    return _as_it_is(value, address)


def card(value: str) -> str:
    """A network card of the gateway: its name, or one of its addresses."""
    if ":" in value or re.fullmatch(r"[0-9.]+", value):
        return machine(value)
    if not re.fullmatch(CARD_NAME, value):
        raise ValueError(
            f"{value!r} is no network card; expected the name of one of the gateway's, like eth0, "
            "or its address"
        )
    return value


def address_of(card: str) -> IPv4Address | IPv6Address | None:
    """The address by which a card is named; None where it is by its name."""
    try:
        return ip_address(card)
    except ValueError:
        return None


def nobodys(address: IPv4Address | IPv6Address) -> str | None:
    """Why no single machine can have this address; None if one can."""
    if address.is_unspecified:
        return "is nobody's address: a program that says it listens there means all of its own"
    if address.is_multicast:
        return "is the address of a group"
    if address == IPv4Address("255.255.255.255"):
        return "is the address of all"
    return None


def bound_to_a_link(address: IPv4Address | IPv6Address) -> bool:
    """Whether it means something else on each link (fe80::1, ff02::1) and names no card."""
    if not isinstance(address, IPv6Address) or address.scope_id is not None:
        return False
    return address.is_link_local or address in _LINK_GROUPS


def ends_in_a_number(host: str) -> bool:
    """Whether browsers and resolvers read it as an IPv4 address: 0x7f.1 is 127.0.0.1 (WHATWG)."""
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.lower().rpartition(".")[2]) is not None


def _parsed(value: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(value)
    except ValueError:
        raise ValueError(
            f"{value!r} is not an IP address; expected one like 192.168.1.20"
        ) from None


def _as_it_is(value: str, address: IPv4Address | IPv6Address) -> str:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is not None:
        raise ValueError(f"{value!r} is an IPv4 address in disguise; expected {mapped}")
    return str(address)
