"""Wake-on-LAN: the magic packet of AMD's white paper 20213, over UDP, by wakeonlan."""

import logging
import socket
from collections.abc import Callable, Sequence
from functools import reduce

import wakeonlan

from hall.adapters.power.wol_targets import (
    Card,
    Frame,
    PacketTarget,
    chosen_targets,
    default_targets,
    local_cards,
    targets_by,
    targets_without_cards,
)
from hall.adapters.probes.resolver import Names, NameUnknownError
from hall.core.config.addresses import address_of
from hall.core.config.methods import WolWake
from hall.core.errors import ConfigurationError, Problem, WakeError
from hall.core.model.reason import Reason, because

logger = logging.getLogger("hall.act")

_LOOKUP_S = 1.0
_ETHERTYPE = b"\x08\x42"
"""That of Wake-on-LAN frames, by use; cards look for the packet alone."""


class WakeOnLan:
    """Sends one magic packet for each MAC address to each destination.

    Args:
        config: The cards to wake, and where the packets go.
        address: The server's address or name.
        secret: The SecureOn password, six pairs like a MAC address; None without one.
        names: Looks the server's name up.
        cards: Tells the addresses of this machine; they are asked anew for each wake.

    Raises:
        ConfigurationError: the secret is no SecureOn password.
    """

    def __init__(
        self,
        config: WolWake,
        address: str,
        secret: str | None = None,
        *,
        names: Names | None = None,
        cards: Callable[[], Sequence[Card]] = local_cards,
    ) -> None:
        self._config = config
        self._address = address
        self._macs = [f"{mac}/{secret}" if secret else mac for mac in config.mac]
        self._names = names or Names()
        self._cards = cards
        self._trouble = ""
        _check(self._macs)

    async def wake(self) -> None:
        """Send the packets once; it is enough that one destination that rouses takes them.

        Nothing tells whether the server heard: look at its network for that.

        Raises:
            WakeError: none did; the text names each, without addresses.
        """
        targets = await self._targets()
        failures = {target: why for target in targets if (why := self._send(target))}
        unsent = _unsent(failures)
        self._log("" if unsent is None else str(unsent))
        if not any(target.rouses and target not in failures for target in targets):
            raise WakeError(unsent or because("wol_nowhere"))

    async def _targets(self) -> Sequence[PacketTarget | Frame]:
        interface = self._config.interface
        own = None if interface is None else self._own(interface)
        if self._config.destinations is not None:
            hosts = map(str, self._config.destinations)
            by_name = interface if interface and address_of(interface) is None else None
            return chosen_targets(hosts, [str(one.address.ip) for one in own or ()], by_name)
        try:
            addresses = await self._names.addresses(self._address, _LOOKUP_S)
        except NameUnknownError:
            addresses = ()
        if own is not None:
            return targets_by(own, addresses) if own else [Frame(str(interface))]
        try:
            return default_targets(addresses, self._cards())
        except OSError:
            return targets_without_cards(addresses)

    def _own(self, interface: str) -> list[Card]:
        """The addresses of the card that ``wake.interface`` names, by its name or by one of them.

        Raises:
            WakeError: there is no such card.
        """
        try:
            cards = self._cards()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise WakeError(because("cards_untold", why=why)) from error
        if (found := cards_named(interface, cards)) is None:
            self._log(f"no card of this machine has {interface} (wake.interface)")
            raise WakeError(because("card_missing"))
        return found

    def _send(self, target: PacketTarget | Frame) -> str | None:
        """Send to one destination; why it failed, or None."""
        try:
            if isinstance(target, Frame):
                _send_frames(target.card, self._macs)
            else:
                wakeonlan.wake(
                    *self._macs, host=target.host, port=self._config.port, interface=target.source
                )
        except OSError as error:
            return error.strerror or str(error)
        return None

    def _log(self, trouble: str) -> None:
        """Once when it begins or changes, and once when it is over."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble:
            logger.warning("Magic packets for %s: %s", self._address, trouble)
        else:
            logger.info("Magic packets for %s: all are sent again", self._address)


def cards_named(interface: str, cards: Sequence[Card]) -> list[Card] | None:
    """Those of the card with this name or address: none without an address, None without a card."""
    if address_of(interface) is not None:
        return [card for card in cards if str(card.address.ip) == interface] or None
    found = [card for card in cards if card.name == interface]
    there = found or interface in {name for _, name in socket.if_nameindex()}
    return found if there else None


def _unsent(failures: "dict[PacketTarget | Frame, str]") -> Reason | None:
    """What was not sent where, those with the same why together; None where all was."""
    by_why: dict[str, list[str]] = {}
    for target, why in failures.items():
        labels = by_why.setdefault(why, [])
        if target.label not in labels:
            labels.append(target.label)
    each = [because("wol_unsent", to=", ".join(to), why=why) for why, to in by_why.items()]
    return reduce(lambda one, other: because("both", one=one, other=other), each) if each else None


def _send_frames(card: str, macs: Sequence[str]) -> None:
    """Broadcast bare frames: UDP needs an address to send from, and this card has none."""
    if not hasattr(socket, "AF_PACKET"):
        raise OSError("this system cannot send bare frames")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((card, 0))
        own = link.getsockname()[4]
        for mac in macs:
            link.send(b"\xff" * 6 + own + _ETHERTYPE + wakeonlan.create_magic_packet(mac))


def _check(macs: Sequence[str]) -> None:
    try:
        for mac in macs:
            wakeonlan.create_magic_packet(mac)
    except ValueError:
        text = "the secret is no SecureOn password; expected six pairs like a MAC address"
        problem = Problem("domains.json", None, "wake.secureon", text)
        raise ConfigurationError([problem]) from None
