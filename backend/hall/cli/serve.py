"""Commands that run a gateway: the real one, and the one of the demo."""

import asyncio
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click

from hall import __version__
from hall.adapters.config.load import check_files, doubts, load
from hall.adapters.storage.journal import SqliteJournal
from hall.cli.fronting import front_of, front_options, say_what_to_route
from hall.cli.options import config_option, port_option
from hall.core.config.document import Configuration
from hall.core.errors import ConfigurationError, ListenError
from hall.demo.scenes import SCENES, history
from hall.demo.server import SimulatedServer
from hall.demo.stage import DemoFront, demo_config, simulated_servers
from hall.serve import ServeSettings, serve


@click.command("serve")
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
    """Run the gateway until it is told to stop (SIGTERM, SIGINT)."""
    _log_to_stderr()
    config = load(path)
    if problems := check_files(config, path):
        raise ConfigurationError(problems)
    for doubt in doubts(config, path):
        logging.getLogger("hall").warning("%s", doubt)
    base = path.resolve().parent
    announce = _announcer(host, port)
    asyncio.run(
        serve(config, ServeSettings(host=host, port=port, data=data, base=base, announce=announce))
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


@click.command()
@port_option
@front_options
def demo(port: int, **front: Any) -> None:  # noqa: ANN401 - of click
    """Run Hall with simulated servers, to see everything with no hardware.

    Behind a front proxy of yours, with a host name: hall demo --hosts demo.localhost --public-url
    http://demo.localhost:8000/ --trusted-proxy 127.0.0.1 --site-port 8001
    """
    _log_to_stderr()
    with tempfile.TemporaryDirectory(prefix="hall-demo-") as folder:
        asyncio.run(_demo(port, Path(folder), front_of(front)))


async def _demo(port: int, folder: Path, front: DemoFront) -> None:
    async with AsyncExitStack() as stack:
        servers = await _simulated(stack, port, front)
        file = folder / "domains.json"
        file.write_text(json.dumps(demo_config(servers, front), indent=2), "utf-8")
        config = load(file)
        settings = ServeSettings(
            host="127.0.0.1",
            port=port,
            data=folder,
            base=folder,
            announce=lambda: _invite(config, port, folder),
        )
        await serve(config, settings, prepare=_remember_past_boots)


async def _simulated(stack: AsyncExitStack, port: int, front: DemoFront) -> list[SimulatedServer]:
    gateway = f"http://127.0.0.1:{port}"
    try:
        return await stack.enter_async_context(simulated_servers(gateway=gateway, front=front))
    except OSError as error:
        raise ListenError(
            f"Cannot have the site at 127.0.0.1:{front.site_port}: {error.strerror or error}; "
            "choose another port with --site-port"
        ) from None


async def _remember_past_boots(journal: SqliteJournal) -> None:
    for scene in SCENES:
        await journal.seed(scene.id, history(scene))


def _invite(config: Configuration, port: int, folder: Path) -> None:
    click.echo("\nHall runs with simulated servers. Open one, and watch it wake:\n")
    for name, domain in config.domains.items():
        click.echo(f"  http://127.0.0.1:{port}/{name:<8} {domain.name}")
    say_what_to_route(config, port)
    click.echo("\nHall puts them to sleep two minutes after the last visit. Ctrl-C ends it.")
    click.echo("Why each is awake, and what is next, from another terminal:\n")
    known = f"HALL_DATA={folder} " if config.gateway.trusted_proxies else ""
    click.echo(f"  {known}HALL_URL=http://127.0.0.1:{port} {_called()} servers\n")


def _called() -> str:
    """How to type the command that runs: as it was, or as it stands beside its Python."""
    typed = Path(sys.argv[0])
    beside = Path(sys.executable).with_name("hall")
    if typed.name == "hall" and shutil.which("hall") == str(typed):
        return "hall"
    command = typed if typed.name == "hall" else beside
    if not command.exists():
        return f"{sys.executable} -m hall"
    here = Path.cwd()
    return str(command.relative_to(here) if command.is_relative_to(here) else command)
