"""The environment is made as on a fresh machine, by every Python here, on some later day."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment

from tests.lab.needs import refuse
from tests.support.locked import PROJECT, locked
from tests.support.pythons import pythons, tomorrow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

MINORS = (11, 12, 13, 14)
LOCKS = ("requirements-dev.lock", ".ci/requirements-node.lock")
NEEDED = ("README.md", "LICENSE", "Makefile", "pyproject.toml", "package.json")
NPM_CI = re.findall(r"\.ci/node (npm ci.*)", (PROJECT / "Makefile").read_text("utf-8"))[0].split()
HABITS = {"PIP_USER": "1", "NODE_ENV": "production"}
"""Of a machine that is used for other work, too."""

DESCRIBES = """
from quart_schema.conversion import model_schema
from hall.interface.wire import admin, domain

for module in (admin, domain):
    shapes = [one for name, one in vars(module).items() if name.endswith("Model")]
    assert shapes
    for shape in shapes:
        model_schema(shape, schema_mode="serialization")
"""
"""Each Python has a TypedDict of its own, and not every library reads every one."""

NODE_FREE = ("bash", "sh", "env", "dirname", "touch", "rm", "id", "cat")


@pytest.fixture
def checkout(tmp_path) -> Path:
    """What a fresh clone has of all that an installation reads."""
    folder = tmp_path / "hall"
    for name in (".ci", "backend", "frontend"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*map(PROJECT.joinpath, NEEDED), *PROJECT.glob("*lock*"), PROJECT / ".npmrc"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def later(tmp_path) -> dict[str, str]:
    """The surroundings of a command, on a day when everything has a newer release."""
    wheels = tmp_path / "tomorrow"
    wheels.mkdir()
    tomorrow(wheels, {one.name for lock in LOCKS for one in locked(lock)})
    found = f"{os.environ.get('PIP_FIND_LINKS', '')} {wheels}".strip()
    return {**os.environ, "PIP_FIND_LINKS": found, "PIP_NO_COMPILE": "1"}


def run(*words: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def installs(checkout: Path, later: dict[str, str], python: Path) -> None:
    """Set up as `make` does, look whether all fits, and that it is what the lock says."""
    run("bash", ".ci/setup", cwd=checkout, env={**later, **HABITS, "PYTHON": str(python)})
    run(".venv/bin/python", "-m", "pip", "check", cwd=checkout, env=later)
    assert run(".venv/bin/hall", "--version", cwd=checkout, env=later).startswith("hall")
    run(".venv/bin/python", "-c", DESCRIBES, cwd=checkout, env=later)
    frozen = run(
        ".venv/bin/python", "-m", "pip", "list", "--format=freeze", cwd=checkout, env=later
    )
    here = {**default_environment(), "python_version": f"3.{python.name.rpartition('.')[2]}"}
    expected = {f"{one.name}=={one.version}" for one in locked(LOCKS[0]) if one.applies(here)}
    given = {line.lower().replace("_", "-") for line in frozen.splitlines()}
    assert {
        one for one in given if not one.startswith(("pip=", "setuptools=", "hall="))
    } == expected


def pip_of(checkout: Path, env: dict[str, str]) -> str:
    told = run(".venv/bin/python", "-m", "pip", "--version", cwd=checkout, env=env)
    return " ".join(told.split()[:2])


def tried(minor: int) -> list[Path]:
    """Every Python 3.`minor` here."""
    found = pythons(minor)
    if not found:
        pytest.skip(f"no Python 3.{minor} that can make an environment is here")
    return found


def every() -> list[Path]:
    """All that Hall supports, the oldest first; there must be one."""
    found = [one for minor in MINORS for one in pythons(minor)]
    if not found:
        refuse(f"no Python of 3.{MINORS[0]} to 3.{MINORS[-1]} that can make an environment is here")
    return found


@pytest.mark.parametrize("minor", MINORS)
def test_each_python_installs_the_lock_with_the_pip_that_it_brings(minor, checkout, later, capsys):
    for python in tried(minor):
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        installs(checkout, later, python)
        with capsys.disabled():
            sys.stdout.write(f"\n{pip_of(checkout, later)} of {python} installs the lock ")


def test_the_newest_pip_installs_the_lock(checkout, later, capsys):
    python = every()[-1]
    run(python, "-m", "venv", ".venv", cwd=checkout, env=later)
    run(".venv/bin/python", "-m", "pip", "install", "--upgrade", "pip", cwd=checkout, env=later)
    installs(checkout, later, python)
    with capsys.disabled():
        sys.stdout.write(f"\n{pip_of(checkout, later)} in {python} installs the lock ")


def test_npm_installs_its_lock_where_the_machine_has_no_node(checkout, later, tmp_path):
    python = every()[0]
    run(python, "-m", "venv", ".venv", cwd=checkout, env=later)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NODE_FREE:
        (programs / name).symlink_to(shutil.which(name) or name)
    env = {**later, **HABITS, "PATH": str(programs)}
    run("bash", ".ci/node", *NPM_CI, cwd=checkout, env=env)
    assert "Version" in run("bash", ".ci/node", "npx", "tsc", "--version", cwd=checkout, env=env)
