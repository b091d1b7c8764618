"""From the configuration to the drivers that switch a server on, and put it to sleep."""

from pathlib import Path
from typing import assert_never

from hall.adapters.agent.factory import agent_sleep
from hall.adapters.config.secrets_read import read_secret
from hall.adapters.power.command import CommandDriver
from hall.adapters.power.webhook import WebhookDriver
from hall.adapters.power.wol import WakeOnLan
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_sleep
from hall.core.config.methods import AgentSleep, CommandWake, SshSleep, Webhook, WolWake
from hall.core.config.server import ServerConfig
from hall.core.ports import PowerDriver, SleepDriver


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


def sleep_driver(
    server: ServerConfig, base: Path, names: Names | None = None
) -> SleepDriver | None:
    """The way to put a server to sleep; None when Hall never does.

    Raises:
        ConfigurationError: a secret or a key is missing or of no use.
    """
    names = names or Names()
    match server.sleep:
        case None:
            return None
        case SshSleep():
            return ssh_sleep(server, base, names)
        case AgentSleep():
            return agent_sleep(server, base, names)
        case Webhook() as webhook:
            return WebhookDriver(webhook, base, names)
        case _ as never:
            assert_never(never)
