"""Options that several commands share."""

from pathlib import Path

import click

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
    default="http://127.0.0.1:8080",
    show_default=True,
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
