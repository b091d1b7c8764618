"""Options that several commands share."""

import os
from pathlib import Path

import click


def _nearest() -> str:
    """The gateway of this machine, on the port that ``hall serve`` would take."""
    port = os.environ.get("HALL_PORT", "8080")
    if not port.isdecimal():
        raise click.BadParameter(f"HALL_PORT={port!r}: expected a number")
    return f"http://127.0.0.1:{port}"


config_option = click.option(
    "--config",
    "path",
    envvar="HALL_CONFIG",
    show_envvar=True,
    default="config/domains.json",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration file.",
)
url_option = click.option(
    "--url",
    envvar="HALL_URL",
    show_envvar=True,
    default=_nearest,
    show_default="http://127.0.0.1 and HALL_PORT, or 8080",
    help="The running gateway.",
)
port_option = click.option(
    "--port",
    envvar="HALL_PORT",
    show_envvar=True,
    default=8080,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The TCP port to listen on.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
server_option = click.option(
    "--server", "is_server", is_flag=True, help="NAME is a server, not a domain."
)
