"""The command ``hall``: parse, print, hand over.

Exit codes, for scripts: 0 done, 1 refused or misconfigured, 2 wrong usage, 3 the wake failed,
4 out of time, 5 no gateway answers.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hall import __version__, printing
from hall.adapters.config_file import check_files, load, schema_text
from hall.adapters.storage.journal import SqliteJournal
from hall.client import Gateway, State, UnreachableError
from hall.core.config import Configuration
from hall.core.errors import ConfigurationError, HallError
from hall.demo.scenes import SCENES, history
from hall.demo.stage import demo_config, simulated_servers
from hall.running import Settings, serve

REFUSED, FAILED, LATE, UNREACHABLE = 1, 3, 4, 5

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


class _Commands(click.Group):
    """Turns Hall's own errors into a sentence on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except UnreachableError as error:
            _give_up(error, UNREACHABLE)
        except HallError as error:
            _give_up(error, REFUSED)


def _give_up(error: HallError, code: int) -> None:
    click.echo(f"hall: {error}", err=True)
    sys.exit(code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hall")
def main() -> None:
    """Hall, a wake-on-demand gateway.

    Exit codes: 0 done, 1 refused or misconfigured, 2 wrong usage, 3 the wake failed,
    4 out of time, 5 no gateway answers.
    """


@main.command("serve")
@config_option
@click.option(
    "--data",
    envvar="HALL_DATA",
    show_envvar=True,
    default="data",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the journal.",
)
@click.option(
    "--host",
    envvar="HALL_HOST",
    show_envvar=True,
    default="0.0.0.0",  # noqa: S104 - a gateway serves its network; access lists decide who enters
    show_default=True,
    help="The address to listen on.",
)
@port_option
def serve_command(path: Path, data: Path, host: str, port: int) -> None:
    """Run the gateway."""
    _log_to_stderr()
    config = load(path)
    if problems := check_files(config, path):
        raise ConfigurationError(problems)
    base = path.resolve().parent
    announce = _announcer(host, port)
    asyncio.run(
        serve(config, Settings(host=host, port=port, data=data, base=base, announce=announce))
    )


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _announcer(host: str, port: int) -> Callable[[], None]:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return lambda: click.echo(f"Hall {__version__} listens: http://{shown}:{port}/", err=True)


@main.command()
@config_option
@json_option
def check(path: Path, *, as_json: bool) -> None:
    """Check the configuration: every problem with its file, line and key."""
    try:
        config = load(path)
        problems = check_files(config, path)
    except ConfigurationError as error:
        problems = list(error.problems)
    if as_json:
        click.echo(printing.as_json({"ok": not problems, "problems": printing.rows(problems)}))
    elif problems:
        click.echo("\n".join(str(problem) for problem in problems), err=True)
    else:
        servers, domains = len(config.servers), len(config.domains)
        click.echo(f"{path} is right: {servers} server(s), {domains} domain(s).")
    sys.exit(REFUSED if problems else 0)


@main.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    click.echo(schema_text(), nl=False)


@main.command()
@port_option
def demo(port: int) -> None:
    """Run Hall with simulated servers, to see everything with no hardware."""
    _log_to_stderr()
    with tempfile.TemporaryDirectory(prefix="hall-demo-") as folder:
        asyncio.run(_demo(port, Path(folder)))


async def _demo(port: int, folder: Path) -> None:
    async with simulated_servers(gateway=f"http://127.0.0.1:{port}") as servers:
        config = Configuration.model_validate(demo_config(servers))
        settings = Settings(
            host="127.0.0.1",
            port=port,
            data=folder,
            base=folder,
            announce=lambda: _invite(config, port),
        )
        await serve(config, settings, prepare=_remember_past_boots)


async def _remember_past_boots(journal: SqliteJournal) -> None:
    for scene in SCENES:
        await journal.seed(scene.id, history(scene))


def _invite(config: Configuration, port: int) -> None:
    click.echo("\nHall runs with simulated servers. Open one, and watch it wake:\n")
    for name, domain in config.domains.items():
        click.echo(f"  http://127.0.0.1:{port}/{name:<8} {domain.name}")
    click.echo("\nThey fall asleep again when nobody looks. Ctrl-C ends it.\n")


# ---- a running gateway ------------------------------------------------------------------------


@main.command()
@click.argument("domains", nargs=-1)
@config_option
@url_option
@json_option
def status(domains: tuple[str, ...], path: Path, url: str, *, as_json: bool) -> None:
    """Print where domains stand; without names, all of the configuration's. Never wakes."""
    with Gateway.at(url) as gateway:
        states = [gateway.status(name) for name in domains or tuple(load(path).domains)]
    click.echo(printing.as_json(states) if as_json else printing.table(states))


@main.command()
@click.argument("domain")
@url_option
@json_option
def wake(domain: str, url: str, *, as_json: bool) -> None:
    """Start waking a domain, or join the wake that runs; do not wait for it."""
    with Gateway.at(url) as gateway:
        state = gateway.wake(domain)
    click.echo(printing.as_json(state) if as_json else printing.line(state))


@main.command()
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
    """Wait until a domain is ready: exit 0; 3 if the wake fails, 4 when time is up."""
    with Gateway.at(url) as gateway:
        if waking:
            gateway.wake(domain)
        state = printing.until_ready(gateway, domain, timeout_s=timeout, quiet=as_json)
    click.echo(printing.as_json(state) if as_json else printing.line(state))
    sys.exit(_verdict(state))


def _verdict(state: State) -> int:
    if state["ready"]:
        return 0
    return FAILED if state["status"] == "failed" else LATE
