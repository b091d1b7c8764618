"""The files of the database: for Hall's eyes only, and kept aside when they are broken."""

import os
from pathlib import Path

COMPANIONS = ("", "-wal", "-shm")
"""SQLite's own files beside the database; it makes them with the rights of the database."""


def make_folder(folder: Path) -> None:
    """Make the folder (0700); one that holds things already is somebody's, and is left alone.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        folder.chmod(0o700)


def make_private(path: Path) -> None:
    """Make the folder and the file (0600) before SQLite does, with rights for all.

    Raises:
        OSError: the folder or the file cannot be made.
    """
    make_folder(path.parent)
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
