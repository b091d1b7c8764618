"""Wake-on-LAN: the magic packet of AMD's white paper 20213, over UDP, by wakeonlan."""

from collections.abc import Callable, Sequence

import wakeonlan

from hall.adapters.power.targets import (
    Card,
    Target,
    blind_targets,
    chosen_targets,
    default_targets,
    local_cards,
)
from hall.adapters.probes.names import Names, NameUnknownError
from hall.core.errors import ConfigurationError, Problem, WakeError
from hall.core.ways import WolWake

_LOOKUP_S = 1.0


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
        _check(self._macs)

    async def wake(self) -> None:
        """Send the packets once; it is enough that one destination takes them.

        Nothing tells whether the server heard: look at its network for that.

        Raises:
            WakeError: no destination took them; the text names each, without addresses.
        """
        failures = [self._send(target) for target in await self._targets()]
        if None not in failures:
            raise WakeError("; ".join(filter(None, failures)) or "there is nowhere to send it")

    async def _targets(self) -> list[Target]:
        source = None if self._config.interface is None else str(self._config.interface)
        if self._config.destinations is not None:
            return chosen_targets(map(str, self._config.destinations), source)
        try:
            addresses = await self._names.addresses(self._address, _LOOKUP_S)
        except NameUnknownError:
            addresses = ()
        try:
            cards = self._cards()
        except OSError:
            return blind_targets(addresses, source)
        return default_targets(addresses, cards, source)

    def _send(self, target: Target) -> str | None:
        """Send to one destination; why it failed, or None."""
        try:
            wakeonlan.wake(
                *self._macs, host=target.host, port=self._config.port, interface=target.source
            )
        except OSError as error:
            return f"{target.label}: {error.strerror or 'not sent'}"
        return None


def _check(macs: Sequence[str]) -> None:
    try:
        for mac in macs:
            wakeonlan.create_magic_packet(mac)
    except ValueError:
        text = "the secret is no SecureOn password; expected six pairs like a MAC address"
        problem = Problem("domains.json", None, "wake.secureon", text)
        raise ConfigurationError([problem]) from None
