"""The lock files as they are written, and what the packages in them ask for."""

import re
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
_PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_MACHINES = ("x86_64", "aarch64", "armv7l")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock file."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version that is allowed."""
        (only,) = self.requirement.specifier
        assert only.operator == "==", str(self.requirement)
        return only.version

    def applies(self, environment: Environment) -> bool:
        return _applies(self.requirement, environment, "")


def locked(file: str) -> list[Locked]:
    """Every package that this lock file names."""
    text = (PROJECT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [_package(line) for line in lines]


def _package(line: str) -> Locked:
    hashes = tuple(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line))
    return Locked(Requirement(line.partition(" --hash")[0]), hashes)


def environments() -> Iterator[Environment]:
    """The machines that Hall is for, by Python and processor."""
    for python in _PYTHONS:
        for machine in _MACHINES:
            it = default_environment()
            it.update(python_version=python, python_full_version=f"{python}.0")
            it.update(platform_machine=machine, sys_platform="linux", os_name="posix")
            it.update(platform_system="Linux", platform_python_implementation="CPython")
            it.update(implementation_name="cpython", implementation_version=f"{python}.0")
            yield it


def unlocked(
    wanted: Iterable[str], packages: Iterable[Locked], environment: Environment
) -> list[str]:
    """What is wanted there, by itself or by what is wanted, and not locked; extras included."""
    versions = {one.name: one.version for one in packages if one.applies(environment)}
    left, seen, lacking = deque(("Hall", Requirement(one)) for one in wanted), set(), []
    while left:
        asker, requirement = left.popleft()
        name = canonicalize_name(requirement.name)
        if not requirement.specifier.contains(versions.get(name, ""), prereleases=True):
            lacking.append(f"{asker} wants {requirement}")
            continue
        new = {(name, extra) for extra in ("", *requirement.extras)} - seen
        seen |= new
        left += [(name, one) for _, extra in new for one in _asked(name, extra, environment)]
    return lacking


def _asked(name: str, extra: str, environment: Environment) -> list[Requirement]:
    """What the installed package asks for there; with this extra, what the extra adds as well."""
    asked = map(Requirement, metadata.requires(name) or ())
    return [one for one in asked if _applies(one, environment, extra)]


def _applies(requirement: Requirement, environment: Environment, extra: str) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate({**environment, "extra": extra})
