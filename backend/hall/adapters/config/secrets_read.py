"""Secrets, from the environment or from files; never from the configuration itself."""

import logging
import os
import stat
from functools import cache
from pathlib import Path

from hall.core.config.base import SecretSource
from hall.core.errors import ConfigurationError, Problem

_log = logging.getLogger(__name__)


def read_secret(source: SecretSource, base: Path = Path()) -> str:
    """Read a secret, without the blanks around it.

    Args:
        source: Where it is.
        base: The folder that relative paths start from: that of the configuration file.

    Raises:
        ConfigurationError: it is not there, cannot be read, or is empty. No part of the secret
            is in the text.
    """
    secret = _from_env(source.env) if source.env is not None else _from_file(str(source.file), base)
    if not secret:
        raise _problem("env" if source.env is not None else "file", "the secret is empty")
    return secret


def _from_env(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise _problem("env", f"the environment variable {name} is not set")
    return value.strip()


def _from_file(name: str, base: Path) -> str:
    path = base / name
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _problem("file", f"{path} cannot be read: {why}") from None
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        _warn(path)
    return text


@cache
def _warn(path: Path) -> None:
    """Once for each file, however many ways use it."""
    _log.warning("%s holds a secret and others may read it; expected mode 0600", path)


def _problem(key: str, message: str) -> ConfigurationError:
    return ConfigurationError([Problem("domains.json", None, key, message)])
