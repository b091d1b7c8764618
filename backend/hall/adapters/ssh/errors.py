"""Why a server could not be asked anything over SSH."""

from collections.abc import Iterator
from contextlib import contextmanager

from hall.adapters.probes.connect_errors import Kind, failure_of
from hall.core.errors import HallError

_CODES = {
    Kind.NAME: "host_unknown",
    Kind.UNREACHABLE: "host_unreachable",
    Kind.REFUSED: "ssh_refused",
    Kind.SILENT: "ssh_silent",
    Kind.OWN: "own_fault",
}


@contextmanager
def translate_errors(error: type[HallError]) -> Iterator[None]:
    """Turn what goes wrong with a connection inside into this error."""
    try:
        yield
    except OSError as cause:
        failure = failure_of(cause)
        code = _CODES.get(failure.kind)
        raise error(failure.told(code) if code else failure.why) from cause
