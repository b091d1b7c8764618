"""One Hall to a folder: two would write the same record, and wake the same servers."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hall.adapters.storage.files import make_folder
from hall.core.errors import JournalError

logger = logging.getLogger("hall.journal")

LOCK_FILE = "hall.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other Halls out of this folder; the kernel lets go of it when Hall is killed.

    A file system that knows no locks is logged, and does not stop Hall.

    Raises:
        JournalError: another Hall is in there.
    """
    lock = _taken(folder)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _taken(folder: Path) -> int | None:
    lock = None
    try:
        make_folder(folder)
        lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = f"another Hall uses the folder {folder}; stop it, or choose another with --data"
        raise JournalError(text) from None
    except OSError as error:
        text = "%s cannot be locked, and another Hall in it would not be noticed: %s"
        logger.warning(text, folder, error.strerror)
    return lock
