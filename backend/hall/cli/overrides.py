"""Commands of an admin: hold awake or asleep for a time, and sleep now."""

import click

from hall.cli import output
from hall.cli.client import Gateway, StateJson, Thing
from hall.cli.durations import LONGEST_HOLD_D, Moment, PlannedTime
from hall.cli.hints import hinting
from hall.cli.options import json_option, server_option, url_option


@click.command()
@click.argument("name")
@click.argument("what", metavar="awake|asleep|off", type=click.Choice(["awake", "asleep", "off"]))
@click.option(
    "--for",
    "for_s",
    type=PlannedTime(LONGEST_HOLD_D),
    metavar="TIME",
    help="For how long, like 2h30m.",
)
@click.option(
    "--until",
    type=Moment(),
    metavar="INSTANT",
    help="Until when, like 2026-12-01T08:00: local time, unless it ends with Z or +01:00.",
)
@server_option
@url_option
@json_option
def hold(name: str, what: str, url: str, *, is_server: bool, as_json: bool, **end: object) -> None:
    """Keep a domain awake, or asleep, for a time, over its policy; off ends that."""
    order = {key: value for key, value in end.items() if value is not None}
    if len(order) != (what != "off"):
        expected = "neither --for nor --until" if what == "off" else "one of --for and --until"
        raise click.UsageError(f"{what!r}: expected {expected}")
    thing = Thing(name, is_server=is_server)
    with Gateway.at(url) as gateway, hinting(gateway, thing):
        if what == "off":
            state = gateway.lift(thing)
        else:
            state = gateway.hold(thing, {"kind": what, **order})
    _show(state, as_json=as_json, renewed=True)


@click.command()
@click.argument("name")
@server_option
@click.option("--force", is_flag=True, help="Pass over the guards of the server; with --server.")
@click.option(
    "--for",
    "for_s",
    type=PlannedTime(LONGEST_HOLD_D),
    metavar="TIME",
    help="Hold it asleep as well, for so long, like 2h30m.",
)
@url_option
@json_option
def sleep(
    name: str, url: str, *, is_server: bool, force: bool, for_s: float | None, as_json: bool
) -> None:
    """Put a domain to sleep now, or a server: as soon as its guards are quiet.

    What policy or a hold wants awake stays awake, and is named; --for holds it asleep first.
    """
    if force and not is_server:
        raise click.UsageError("--force: guards are those of a server; expected --server with it")
    thing = Thing(name, is_server=is_server)
    with Gateway.at(url) as gateway, hinting(gateway, thing):
        if for_s is not None:
            gateway.hold(thing, {"kind": "asleep", "for_s": for_s})
        state = gateway.dismiss(thing, force=force)
    _show(state, as_json=as_json)


def _show(state: StateJson, *, as_json: bool, renewed: bool = False) -> None:
    click.echo(output.as_json(state) if as_json else output.wanted(state, renewed=renewed))
