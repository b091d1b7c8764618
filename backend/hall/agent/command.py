"""The command ``hall agent``."""

import asyncio
import logging
import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

import click
from click.core import ParameterSource

from hall import __version__
from hall.agent.key import VARIABLE, read_key
from hall.agent.settings import AGENT_PORT, AgentSettings, Allowed, Tls

SETTINGS_FILE = click.Path(path_type=Path, dir_okay=False)


def _docker(_context: click.Context, _option: click.Parameter, value: str) -> str | None:
    path = value.removeprefix("unix://")
    if path == "none":
        return None
    if not path.startswith("/"):
        raise click.BadParameter("expected unix:///path/to.sock, or none")
    return path


def _command(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
    """A program that is not there would be noticed at the first sleep only.

    The default is not looked for: who never has this server sleep may lack it.
    """
    words = _words(value)
    given = context.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
    if given and shutil.which(words[0]) is None:
        raise click.BadParameter(f'there is no program "{words[0]}" that the agent may run')
    return words


def _words(value: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(value))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if not words:
        raise click.BadParameter("expected a program and its arguments")
    return words


def _tls(cert: Path | None, key: Path | None) -> Tls | None:
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key go together")
    return Tls(cert, key)


@click.command("agent")
@click.option("--new-key", is_flag=True, help="Print a new key, and do nothing else.")
@click.option(
    "--key-file",
    envvar="HALL_AGENT_KEY_FILE",
    show_envvar=True,
    type=SETTINGS_FILE,
    help="The file with the key that Hall has too. Default: the environment's HALL_AGENT_KEY.",
)
@click.option(
    "--host",
    envvar="HALL_AGENT_HOST",
    show_envvar=True,
    default="0.0.0.0",  # noqa: S104 - a server serves its network; the key decides who asks
    show_default=True,
    help="The address to listen on.",
)
@click.option(
    "--port",
    envvar="HALL_AGENT_PORT",
    show_envvar=True,
    default=AGENT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The TCP port to listen on; 0 takes a free one.",
)
@click.option(
    "--docker",
    envvar="HALL_AGENT_DOCKER",
    show_envvar=True,
    default="unix:///var/run/docker.sock",
    show_default=True,
    callback=_docker,
    help="The socket of this server's Docker, or none.",
)
@click.option(
    "--project",
    "projects",
    envvar="HALL_AGENT_PROJECT",
    show_envvar=True,
    multiple=True,
    help="A Compose project that Hall may start and stop; * for all. May be given again.",
)
@click.option(
    "--container",
    "containers",
    envvar="HALL_AGENT_CONTAINER",
    show_envvar=True,
    multiple=True,
    help="A container that Hall may start and stop, by name. May be given again.",
)
@click.option(
    "--sleep-command",
    envvar="HALL_AGENT_SLEEP_COMMAND",
    show_envvar=True,
    default="systemctl suspend",
    show_default=True,
    callback=_command,
    help="What puts this server to sleep; no shell reads it.",
)
@click.option(
    "--sleep-seconds",
    envvar="HALL_AGENT_SLEEP_SECONDS",
    show_envvar=True,
    default=60.0,
    show_default=True,
    type=click.FloatRange(1, 3600),
    help="How long that may run; then it is told to end.",
)
@click.option(
    "--ignore-user",
    "ignored",
    envvar="HALL_AGENT_IGNORE_USER",
    show_envvar=True,
    multiple=True,
    help="A user whose sessions keep nobody awake. May be given again.",
)
@click.option(
    "--tls-cert", envvar="HALL_AGENT_TLS_CERT", show_envvar=True, type=SETTINGS_FILE, help="PEM."
)
@click.option(
    "--tls-key", envvar="HALL_AGENT_TLS_KEY", show_envvar=True, type=SETTINGS_FILE, help="PEM."
)
def agent(*, new_key: bool, key_file: Path | None, **given: Any) -> None:  # noqa: ANN401 - click's
    """Run Hall's agent, on the server that sleeps.

    It shows Hall a part of this server's Docker, tells who is busy, and puts the server to sleep.
    Of Docker's containers it starts and stops those that --project and --container name: none,
    if there is neither.
    """
    if new_key:
        click.echo(token_hex(32))
        return
    settings = _settings(read_key(key_file), given)
    os.environ.pop(VARIABLE, None)  # not for the programs that the agent runs
    from hall.agent.main import serve_agent  # noqa: PLC0415 - not for --new-key and --help

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(serve_agent(settings, lambda port: _invite(settings, port)))


def _settings(key: bytes, given: Mapping[str, Any]) -> AgentSettings:
    return AgentSettings(
        key=key,
        host=given["host"],
        port=given["port"],
        docker=given["docker"],
        allowed=Allowed(frozenset(given["projects"]), frozenset(given["containers"])),
        sleep=given["sleep_command"],
        sleep_s=given["sleep_seconds"],
        ignored=frozenset(given["ignored"]),
        tls=_tls(given["tls_cert"], given["tls_key"]),
    )


def _invite(settings: AgentSettings, port: int) -> None:
    tls = "with TLS" if settings.tls else "without TLS"
    click.echo(f"Hall's agent {__version__} listens: {settings.host}:{port}, {tls}", err=True)
