"""Commands that ask a running gateway where things stand, and wake them."""

import sys
from pathlib import Path

import click

from hall.adapters.config.load import load
from hall.cli import output
from hall.cli.client import Gateway, GatewayError, StateJson, Thing
from hall.cli.hints import hinting
from hall.cli.options import config_option, json_option, server_option, url_option

FAILED, LATE = 3, 4


@click.command()
@click.argument("domains", nargs=-1)
@config_option
@url_option
@json_option
def status(domains: tuple[str, ...], path: Path, url: str, *, as_json: bool) -> None:
    """Print where domains stand; without names, all of the gateway's. Never wakes.

    Where the gateway does not tell its domains, those of the configuration are asked for; whose
    they are stands on stderr.
    """
    with Gateway.at(url) as gateway:
        states = [gateway.status(name) for name in domains] or _all(gateway, path)
    click.echo(output.as_json(states) if as_json else output.table(states))


def _all(gateway: Gateway, path: Path) -> list[StateJson]:
    """Every domain: as admins are told, for a domain's own list may keep this address out."""
    try:
        states = [domain for server in gateway.servers() for domain in server["domains"]]
    except GatewayError:
        names = load(path).domains
        click.echo(f"Domains of {path}, as the gateway at {gateway.url} tells of each:", err=True)
        return [gateway.status(name) for name in names]
    click.echo(f"Domains of the gateway at {gateway.url}:", err=True)
    return states


@click.command()
@url_option
@json_option
def servers(url: str, *, as_json: bool) -> None:
    """Print where servers stand, what is wanted of them and why. Never wakes."""
    with Gateway.at(url) as gateway:
        states = gateway.servers()
    click.echo(output.as_json(states) if as_json else output.servers_table(states))


@click.command()
@click.argument("name")
@server_option
@click.option("--now", is_flag=True, help="As an admin: over a hold, or closed hours.")
@url_option
@json_option
def wake(name: str, url: str, *, is_server: bool, now: bool, as_json: bool) -> None:
    """Start waking a domain or a server, or join the wake that runs; do not wait for it."""
    thing = Thing(name, is_server=is_server)
    with Gateway.at(url) as gateway, hinting(gateway, thing):
        before = gateway.look(thing) if now else {}
        state = gateway.call(thing, now=now) if now or is_server else gateway.wake(name)
    click.echo(output.as_json(state) if as_json else output.line(state))
    if not as_json:
        for told in output.lifted(before, state):
            click.echo(told)


@click.command()
@click.argument("domain")
@url_option
@click.option(
    "--timeout",
    default=300.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds to wait at most, retries after a failure included.",
)
@click.option(
    "--wake/--no-wake", "waking", default=True, help="Wake it first (default), or only wait."
)
@json_option
def wait(domain: str, url: str, timeout: float, *, waking: bool, as_json: bool) -> None:
    """Wait until a domain is ready: exit 0; 3 if the wake fails, 4 when time is up.

    One that is closed, or held asleep, is not waited for: exit 1, and until when is told.
    """
    with Gateway.at(url) as gateway:
        if waking:
            gateway.wake(domain)
        state = output.until_ready(gateway, domain, timeout_s=timeout, quiet=as_json)
    click.echo(output.as_json(state) if as_json else output.line(state))
    if state["closed"] is not None:
        raise GatewayError(output.closed(state), state["closed"]["code"])
    sys.exit(_verdict(state))


def _verdict(state: StateJson) -> int:
    if state["ready"]:
        return 0
    return FAILED if state["status"] == "failed" else LATE
