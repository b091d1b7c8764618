"""The agent's key, which it shares with Hall."""

import os
import stat
from pathlib import Path

from hall.core.errors import ConfigurationError, Problem
from hall.net.signing import key_problem

VARIABLE = "HALL_AGENT_KEY"

_NEW_KEY = "hall agent --new-key"


def read_key(file: Path | None) -> bytes:
    """The key, from a file, or without one from the environment.

    Raises:
        ConfigurationError: there is none, it is too short, or others may read its file. No part
            of it is in the text.
    """
    place = VARIABLE if file is None else str(file)
    key = _read(file) if file is not None else os.environ.get(VARIABLE, "").strip()
    if not key:
        why = f"there is no key; give --key-file, or set {VARIABLE}; make one with: {_NEW_KEY}"
        raise _problem(place, why)
    if (trouble := key_problem(key)) is not None:
        raise _problem(place, trouble)
    return key.encode()


def _read(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _problem(str(file), f"it cannot be read: {why}") from None
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise _problem(str(file), f"everybody here may read the key; run: chmod o-rw {file}")
    return text


def _problem(place: str, why: str) -> ConfigurationError:
    return ConfigurationError([Problem(place, None, "", why)])
