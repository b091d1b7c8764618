"""The files of the database: for Hall's eyes only, and kept aside when they are broken."""

import os
from pathlib import Path

COMPANIONS = ("", "-wal", "-shm")
"""SQLite's own files beside the database; it makes them with the rights of the database."""


def make_private(path: Path) -> None:
    """Make the folder (0700) and the file (0600) before SQLite does, with rights for all.

    A folder that holds other things already is somebody's: its rights are left alone.

    Raises:
        OSError: the folder or the file cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(path.parent.iterdir()):
        path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for suffix in COMPANIONS:
        companion = Path(f"{path}{suffix}")
        if companion.exists():
            companion.chmod(0o600)


def move_aside(path: Path) -> Path:
    """Rename a broken database with its companions, and tell its new name.

    Raises:
        OSError: it cannot be renamed.
    """
    number = 1
    while (kept := Path(f"{path}.corrupt-{number}")).exists():
        number += 1
    for suffix in COMPANIONS:
        companion = Path(f"{path}{suffix}")
        if companion.exists():
            companion.rename(f"{kept}{suffix}")
    return kept
