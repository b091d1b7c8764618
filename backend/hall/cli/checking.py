"""Commands about the configuration file: is it right, and what may stand in it."""

import sys
from pathlib import Path

import click

from hall import printing
from hall.adapters.config_file import check_files, load, schema_text
from hall.cli.options import config_option, json_option
from hall.core.errors import ConfigurationError


@click.command()
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
    sys.exit(1 if problems else 0)


@click.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors."""
    click.echo(schema_text(), nl=False)
