"""The control groups that a lab server's containers leave behind."""

import time
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def remove(name: str) -> None:
    """Remove the group of that name, and those in it, in every hierarchy."""
    for top in (_ROOT / name, *_ROOT.glob(f"*/{name}")):
        if top.is_dir():
            _remove_tree(top)


def _remove_tree(top: Path) -> None:
    folders = sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True)
    for folder in (*folders, top):
        _remove_one(folder)


def _remove_one(folder: Path) -> None:
    """A process just killed may hold it for a moment."""
    for _ in range(100):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise OSError(f"control group {folder} is still in use")
