"""The two commands work on any day: what is installed is written down, all of it."""

import json
import re
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.locked import PROJECT, PYPROJECT, environments, locked, unlocked

RUN: list[str] = PYPROJECT["project"]["dependencies"]
DEV: list[str] = PYPROJECT["project"]["optional-dependencies"]["dev"]
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]
WANTED = {
    "requirements.lock": RUN,
    "requirements-dev.lock": RUN + DEV + GROUPS["build"],
    "requirements-build.lock": GROUPS["build"],
}
TOOLS = [".ci/requirements-node.lock", ".ci/requirements-uv.lock"]
NPM = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", WANTED)
def test_all_that_a_locked_package_wants_is_locked_on_every_python(file):
    for environment in environments():
        assert unlocked(WANTED[file], locked(file), environment) == []


def test_an_extra_that_is_not_locked_is_missed():
    packages = [one for one in locked("requirements.lock") if one.name != "wsproto"]
    environment = next(environments())
    assert any("wants wsproto" in word for word in unlocked(RUN, packages, environment))


@pytest.mark.parametrize("file", [*WANTED, *TOOLS])
def test_every_locked_package_has_one_version_and_its_hashes(file):
    packages = locked(file)
    assert packages
    assert [one.name for one in packages if not one.version or not one.hashes] == []


def test_what_two_files_name_has_one_version():
    versions = {one.name: one.version for one in locked("requirements-dev.lock")}
    for file in ("requirements.lock", "requirements-build.lock"):
        for one in locked(file):
            assert (one.name, one.version) == (one.name, versions[one.name])


def test_what_is_installed_here_is_what_is_locked():
    here = default_environment()
    applies = [one for one in locked("requirements-dev.lock") if one.applies(here)]
    installed = {one.name: metadata.version(one.name) for one in applies}
    assert installed == {one.name: one.version for one in applies}


def test_what_builds_hall_is_locked(monkeypatch):
    from hatchling import build

    monkeypatch.chdir(PROJECT)
    asked = PYPROJECT["build-system"]["requires"] + build.get_requires_for_build_editable()
    versions = {one.name: one.version for one in locked("requirements-build.lock")}
    for requirement in map(Requirement, asked + build.get_requires_for_build_wheel()):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize(
    "file", [".ci/lock", ".ci/node", ".ci/packages", ".ci/setup", "Dockerfile", "docs/agent.md"]
)
def test_nothing_is_installed_that_is_not_locked(file):
    text = (PROJECT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    for words in re.findall(r"\bpip\b[^&\n]*? (?:install|wheel) ([^&\n]*)", text):
        assert "--no-deps" in words
        assert re.search("--(require-hashes|no-build-isolation|no-index)", words), words


def test_npm_finds_in_its_lock_all_that_it_wants():
    packages = NPM["packages"]
    for name, package in packages.items():
        wanted = package.get("dependencies", {}) | package.get("optionalDependencies", {})
        if name == "":
            wanted |= package.get("devDependencies", {})
        assert [one for one in wanted if f"node_modules/{one}" not in packages] == [], name


def test_what_npm_installs_has_a_hash_runs_nothing_and_names_no_host():
    installed = [package for name, package in NPM["packages"].items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in installed)
    assert not any(package.get("hasInstallScript") for package in installed)
    assert "://" not in json.dumps(NPM)
    assert "ignore-scripts=true" in (PROJECT / ".npmrc").read_text(encoding="utf-8").splitlines()


def test_npm_reads_the_same_wishes_in_both_of_its_files():
    package = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    assert NPM["packages"][""]["devDependencies"] == package["devDependencies"]
