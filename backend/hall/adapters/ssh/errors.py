"""Why a server could not be asked anything over SSH, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from hall.adapters.probes.connect_errors import Kind, failure_of
from hall.core.errors import HallError

_WORDS = {
    Kind.NAME: "the name of the server is not known to the network",
    Kind.UNREACHABLE: "the network has no way to the server",
    Kind.REFUSED: "the SSH server refuses the connection",
    Kind.SILENT: "the SSH server does not answer",
    Kind.OWN: "this machine could not ask: {why}",
}


@contextmanager
def translate_errors(error: type[HallError]) -> Iterator[None]:
    """Turn what goes wrong with a connection inside into this error."""
    try:
        yield
    except OSError as cause:
        failure = failure_of(cause)
        words = _WORDS.get(failure.kind, "{why}").format(why=failure.why)
        raise error(words) from cause
