"""Options that put the demo behind a front proxy, with a host name of its own."""

from collections.abc import Callable
from typing import Any

import click

from hall.core.config.document import Configuration
from hall.demo.stage import DemoFront

_OPTIONS = (
    click.option(
        "--hosts",
        multiple=True,
        metavar="NAME",
        help="A host name of the first project, /demo; may be given again.",
    ),
    click.option(
        "--public-url",
        "url",
        metavar="URL",
        help="Where its visitors find it, at the front proxy.  [default: http://NAME/]",
    ),
    click.option(
        "--trusted-proxy",
        "proxies",
        multiple=True,
        metavar="NETWORK",
        help="From where the front proxy asks Hall, like 127.0.0.1; may be given again.",
    ),
    click.option(
        "--allow",
        multiple=True,
        metavar="NETWORK",
        help="Who may enter besides this machine; may be given again.",
    ),
    click.option(
        "--site-port",
        default=0,
        type=click.IntRange(0, 65535),
        help="The port of the site itself on 127.0.0.1, for the proxy to go to while it is awake."
        "  [default: any that is free]",
    ),
)


def front_options(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command with the options of a front proxy, in the order of its help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def front_of(given: dict[str, Any]) -> DemoFront:
    """The front proxy that the options describe.

    Raises:
        click.UsageError: an address for visitors, and no host name to tell them by.
    """
    if given["url"] and not given["hosts"]:
        raise click.UsageError(f"--public-url {given['url']}: expected its host name, too: --hosts")
    return DemoFront(**given)


def say_what_to_route(config: Configuration, port: int) -> None:
    """Print what the front proxy has to do, if there is one."""
    for domain in config.domains.values():
        if domain.hosts and domain.health:
            site = domain.health.url.removesuffix("/health")
            click.echo(f"\nAt your front proxy, {domain.url} ({', '.join(domain.hosts)}) leads")
            click.echo(f"  asleep, and /_hall/ always, to http://127.0.0.1:{port}")
            click.echo(f"  awake to {site}")
    if config.gateway.trusted_proxies:
        click.echo("\nWhat comes from a trusted proxy without X-Forwarded-For is refused (403).")
