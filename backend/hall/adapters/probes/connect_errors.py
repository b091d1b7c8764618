"""Why a connection did not lead to an answer, whatever library says so."""

import errno
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import httpx

from hall.adapters.probes.resolver import NameUnansweredError, NameUnknownError
from hall.core.model.check import ProbeResult
from hall.core.model.reason import Reason, Why, because

_SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
_OWN = _SHORT | {errno.EACCES, errno.EPERM}
"""Nothing left this machine: no descriptor, no memory, no permission."""

_NO_ROUTE = frozenset(
    {
        *(errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL),
        *(errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT),
    }
)
"""No way leads there from this machine, by this address: it may have no IPv6."""
_WRONG_NAME = frozenset({62, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL's x509_vfy.h."""


class UnfitError(OSError):
    """The other end is there and not as it should be; visitors may read why."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class Kind(StrEnum):
    """What went wrong, as far as it matters to Hall."""

    NAME = "name_unknown"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    SILENT = "silent"
    TLS = "tls"
    BROKEN = "broken"
    OWN = "look_failed"


_BY_NUMBER = {
    **dict.fromkeys(_OWN, Kind.OWN),
    **dict.fromkeys(_NO_ROUTE, Kind.UNREACHABLE),
    **dict.fromkeys((errno.EHOSTUNREACH, errno.EHOSTDOWN), Kind.SILENT),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong.

    ``why`` is told for ``tls``, ``broken`` and ``look_failed``, and holds no address.
    """

    kind: Kind
    why: Why = ""

    @property
    def ours(self) -> bool:
        """Whether it was a fault of this machine, so that nothing is known of the other."""
        return self.kind in {Kind.OWN, Kind.UNREACHABLE}

    def result(self, subject: str) -> ProbeResult:
        """What a look saw that ended so; ``subject`` is app or docker.

        Who refuses, or answers what nobody can read, is up.
        """
        alive = self.kind in {Kind.REFUSED, Kind.TLS, Kind.BROKEN}
        return ProbeResult(ok=False, detail=self.reason(subject), alive=alive, ours=self.ours)

    def reason(self, subject: str) -> Reason:
        """The reason for a check; ``subject`` is app or docker."""
        alike = self.kind in {Kind.NAME, Kind.UNREACHABLE, Kind.OWN}
        return self.told(self.kind if alike else f"{subject}_{self.kind}")

    def told(self, code: str) -> Reason:
        """This reason, with why where there is anything to tell."""
        return because(code, why=self.why) if self.why else because(code)


def failure_of(error: BaseException) -> Failure:
    """Tell what an error of httpx, asyncio or the system means; the outermost telling one wins.

    "No route to host" is silence: it is what the kernel says when nobody answered its ARP.
    """
    for cause in _chain(error):
        if isinstance(cause, UnfitError):
            return Failure(Kind.BROKEN, cause.why)
        kind = _kind(cause)
        if kind is not None:
            return Failure(kind, _words(kind, cause))
    return Failure(Kind.BROKEN, _broken_words(error))


def short_of_means(error: BaseException) -> bool:
    """Whether this machine lacked descriptors or memory: it may be better in a moment."""
    return any(isinstance(one, OSError) and one.errno in _SHORT for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _kind(error: BaseException) -> Kind | None:
    match error:
        case NameUnknownError():
            return Kind.OWN if isinstance(error, NameUnansweredError) else Kind.NAME
        case ssl.SSLError():
            return Kind.TLS
        case TimeoutError() | httpx.TimeoutException():
            return Kind.SILENT
        case ConnectionRefusedError() | FileNotFoundError():
            return Kind.REFUSED
        case OSError():
            return _BY_NUMBER.get(error.errno or 0)
        case MemoryError():
            return Kind.OWN
        case _:
            return None


def _words(kind: Kind, error: BaseException) -> Why:
    if isinstance(error, ssl.SSLError):
        return _tls_words(error)
    if kind is not Kind.OWN:
        return ""
    if isinstance(error, NameUnansweredError):
        return error.why
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number or errno.ENOMEM)


def _tls_words(error: ssl.SSLError) -> Why:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _WRONG_NAME:
            return because("certificate_name")
        return str(error.verify_message)
    # those that Python raises itself have no reason
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else because("cut")


def _broken_words(error: BaseException) -> Why:
    if isinstance(error, httpx.RemoteProtocolError):
        if "disconnected" in str(error):
            return because("hung_up")
        if "peer closed" not in str(error):
            return because("no_http")
    return because("cut")
