"""Commands about the configuration file: is it right, and what may stand in it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hall.adapters.config.load import check_files, doubts, load, schema_text
from hall.cli import output
from hall.cli.options import config_option, json_option
from hall.core.config.document import Configuration
from hall.core.errors import ConfigurationError, Problem


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@config_option
@json_option
def check(file: Path | None, path: Path, *, as_json: bool) -> None:
    """Check the configuration, FILE or the one of --config: each problem with file, line, key.

    What is right and yet most likely not meant is a warning.
    """
    path = file or path
    try:
        config = load(path)
        problems, warnings = check_files(config, path), doubts(config, path)
    except ConfigurationError as error:
        problems, warnings = list(error.problems), []
    if as_json:
        found = {"problems": output.rows(problems), "warnings": output.rows(warnings)}
        click.echo(output.as_json({"ok": not problems, **found}))
    elif problems:
        tell(problems)
    else:
        warn(warnings)
        servers = output.many(len(config.servers), "server")
        click.echo(f"{path} is right: {servers}, {output.many(len(config.domains), 'domain')}.")
    sys.exit(1 if problems else 0)


def loaded(path: Path) -> Configuration:
    """The configuration; of a wrong one every problem is listed, and the command ends with 1."""
    try:
        return load(path)
    except ConfigurationError as error:
        tell(error.problems)
        sys.exit(1)


def tell(problems: Sequence[Problem]) -> None:
    """List problems, one a line, on stderr."""
    click.echo("\n".join(str(problem) for problem in problems), err=True)


def warn(warnings: Sequence[Problem]) -> None:
    """List what is right and yet doubtful, one a line, on stderr."""
    for one in warnings:
        click.echo(f"warning: {one}", err=True)


@click.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    click.echo(schema_text(), nl=False)
