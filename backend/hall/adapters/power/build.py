"""From the configuration to the driver that switches a server on."""

from pathlib import Path
from typing import assert_never

from hall.adapters.power.command import CommandDriver
from hall.adapters.power.webhook import WebhookDriver
from hall.adapters.power.wol import WakeOnLan
from hall.adapters.probes.names import Names
from hall.adapters.secrets import read_secret
from hall.core.config import ServerConfig
from hall.core.ports import PowerDriver
from hall.core.ways import CommandWake, Webhook, WolWake


def power_driver(
    server: ServerConfig, base: Path, names: Names | None = None
) -> PowerDriver | None:
    """The way to wake a server; None when it must be woken by other means.

    Args:
        server: The server.
        base: The folder that relative paths of the configuration start from.
        names: Looks names up; may be shared between servers.

    Raises:
        ConfigurationError: a secret or a program is missing or of no use.
    """
    match server.wake:
        case None:
            return None
        case WolWake() as wol:
            secret = None if wol.secureon is None else read_secret(wol.secureon, base)
            return WakeOnLan(wol, str(server.address), secret, names=names)
        case Webhook() as webhook:
            return WebhookDriver(webhook, base, names)
        case CommandWake() as command:
            return CommandDriver(command, base)
        case _ as never:
            assert_never(never)
