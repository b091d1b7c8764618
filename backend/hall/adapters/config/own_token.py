"""The gateway's own token: who can read the file runs on the gateway, as its user or as root.

A new one is made at each start, so that one that leaked is of no use for long.
"""

import os
import secrets
from pathlib import Path

NAME = "gateway.token"


def renew_token(folder: Path) -> str:
    """Make a new token, and write it where only its owner may read it (0600).

    Raises:
        OSError: it cannot be written.
    """
    token = secrets.token_urlsafe(32)
    draft = folder / f"{NAME}.new"
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - with these rights
        file.write(token)
    draft.replace(folder / NAME)
    return token


def read_token(folder: Path) -> str | None:
    """The token of the gateway whose data is in this folder; None if it may not be read."""
    try:
        return (folder / NAME).read_text(encoding="ascii") or None
    except (OSError, UnicodeDecodeError):
        return None
