"""The Pythons of this machine, and a day on which every package has a newer release."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.lab.needs import SYSTEM_PATH


def pythons(minor: int) -> list[Path]:
    """Every Python 3.`minor` that can make an environment, the system's first."""
    candidates = [*_of_the_system(minor), *_of_pyenv(minor)]
    return [one for one in dict.fromkeys(candidates) if _has_pip(one)]


def tomorrow(folder: Path, names: Iterable[str]) -> Path:
    """A folder of wheels for pip to find, each a release newer than any, and of no use."""
    for name in names:
        stem = name.replace("-", "_")
        info = f"{stem}-9999.0.dist-info"
        with zipfile.ZipFile(folder / f"{stem}-9999.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9999.0\n"
            )
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return folder


def _of_the_system(minor: int) -> Iterator[Path]:
    """Not pyenv's shims: each stands for whichever version is chosen in its folder."""
    folders = [one for one in SYSTEM_PATH.split(os.pathsep) if not one.endswith("/shims")]
    found = shutil.which(f"python3.{minor}", path=os.pathsep.join(folders))
    if found:
        yield Path(found).resolve()


def _of_pyenv(minor: int) -> list[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    return sorted(root.glob(f"versions/3.{minor}.*/bin/python3.{minor}"))


def _has_pip(python: Path) -> bool:
    asked = [python, "-c", "import ensurepip; ensurepip.version()"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
