"""The keys of SSH: Hall's own private one, and the server's that is pinned."""

import logging
import stat
from functools import cache
from pathlib import Path

import asyncssh

from hall.core.errors import ConfigurationError, Problem

_log = logging.getLogger(__name__)


def private_key(file: str, base: Path) -> asyncssh.SSHKey:
    """Hall's own key; a relative path starts from ``base``.

    Raises:
        ConfigurationError: it cannot be read, is no private key, or has a passphrase. Nothing of
            the key is in the text.
    """
    path = base / file
    try:
        key = asyncssh.read_private_key(path)
        mode = path.stat().st_mode
    except OSError as error:
        raise _problem(path, f"it cannot be read: {error.strerror}") from None
    except ValueError as error:  # whatever asyncssh finds wrong with a key is one
        raise _problem(path, _not_a_key(error)) from None
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        _warn(path)
    return key


@cache
def _warn(path: Path) -> None:
    """Once for each file, however many ways use it."""
    _log.warning("%s is a private key and others may read it; expected mode 0600", path)


def host_keys(lines: tuple[str, ...]) -> list[asyncssh.SSHKey]:
    """The pinned public keys of a server.

    Raises:
        ConfigurationError: one is not a public key after all.
    """
    try:
        return [asyncssh.import_public_key(line) for line in lines]
    except ValueError:
        words = "expected a public key like ssh-ed25519 AAAA…, whole"
        raise ConfigurationError([Problem("domains.json", None, "ssh.host_key", words)]) from None


def _not_a_key(error: ValueError) -> str:
    if "assphrase" in str(error) or isinstance(error, asyncssh.KeyEncryptionError):
        return "it has a passphrase; expected a private key without one, of Hall's own"
    return "it is not a private key; expected one of ssh-keygen -t ed25519"


def _problem(path: Path, message: str) -> ConfigurationError:
    return ConfigurationError([Problem(str(path), None, "ssh.key", message)])
