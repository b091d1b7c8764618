"""TLS with a client certificate, for an engine's TCP socket."""

import ssl
from collections.abc import Callable
from pathlib import Path

from hall.core.config.methods import TlsConfig
from hall.core.errors import ConfigurationError, Problem


def client_context(config: TlsConfig, base: Path) -> ssl.SSLContext:
    """The TLS settings that ``config`` names; relative paths start from ``base``.

    Raises:
        ConfigurationError: a file cannot be read or is not what it should be; every one is told.
    """
    # Not create_default_context: since Python 3.13 it refuses what Docker's own guide makes.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca, cert, key = (base / path for path in (config.ca, config.cert, config.key))
    problems = [
        *_problems("ca", ca, lambda: context.load_verify_locations(ca)),
        *_problems("key", key, key.read_bytes),
        *_problems("cert", cert, cert.read_bytes),
    ]
    if not problems:
        # An empty password: a locked key is an error, not a question on the terminal.
        problems = _problems("cert", cert, lambda: context.load_cert_chain(cert, key, password=""))
    if problems:
        raise ConfigurationError(problems)
    return context


def no_tls() -> ssl.SSLContext:
    """Settings for a connection without TLS: httpx would read every authority it knows."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _problems(key: str, path: Path, use: Callable[[], object]) -> list[Problem]:
    try:
        use()
    except ssl.SSLError as error:
        why = str(error.reason or "it is not PEM").lower().replace("_", " ")
        message = f"it cannot be used: {why}"
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
    else:
        return []
    return [Problem(str(path), None, f"docker.tls.{key}", message)]
