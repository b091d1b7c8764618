"""Every error that Hall raises on purpose.

HallError                    code: internal
├── ConfigurationError       code: bad_configuration   carries every problem, not only the first
├── UnknownDomainError       code: unknown_domain      nobody configured this name
├── UnknownServerError       code: unknown_server      nobody configured this name
├── UnknownHostError         code: unknown_host        no name of the gateway was asked for
├── RefusedError             code: refused             the access list does not hold this address
├── ForeignOriginError       code: foreign_origin      another site's page sent this
├── WantedAwakeError         code: wanted_awake        a policy or a hold speaks against sleep
├── NoWayToSleepError        code: no_way_to_sleep     Hall cannot put it to sleep
├── NoWayToWakeError         code: no_way_to_wake      it is down, and Hall cannot wake it
├── BusyError                code: busy                a limit of this machine is reached; try again
├── DockerError              code: docker_error        the engine answered, and said no
│   └── StartError           code: docker_error        it refused to start some containers
├── WakeError                code: wake_error          a wake order could not be sent
├── SleepError               code: sleep_error         a sleep order could not be given
├── InspectError             code: inspect_error       a server could not be asked for its guards
├── AgentError               code: agent_error         the agent does not answer, or refuses
├── JournalError             code: journal_error       the database cannot be opened or used
└── ListenError              code: listen_error        the address is taken, or not this machine's

A code is part of the interface: it does not change once it was released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hall.core.model.reason import Why


class HallError(Exception):
    """Base of all; ``code`` is stable and machine-readable, the text is for people.

    ``why`` is the text, or the reason that it is the English sentence of.
    """

    code = "internal"
    details: object = None
    """More, for programs: what the answer's ``details`` hold."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a configuration file.

    ``line`` counts from 1 and is None when the place is not in the text (a missing file).
    """

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigurationError(HallError):
    """The configuration is refused; ``problems`` lists everything that is wrong with it."""

    code = "bad_configuration"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class UnknownDomainError(HallError):
    """There is no such domain, or it is not to be seen from where it was asked for."""

    code = "unknown_domain"


class UnknownServerError(HallError):
    """No server of the configuration has this id."""

    code = "unknown_server"


class UnknownHostError(HallError):
    """An admin's request came under a host name that is not known to be the gateway's own."""

    code = "unknown_host"


class RefusedError(HallError):
    """The caller's address is not on the access list of the domain, or not an admin's.

    ``details`` name the header and the setting, where nobody knows the caller's address.
    """

    code = "refused"

    def __init__(self, message: str, details: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.details = details


class ForeignOriginError(HallError):
    """A page of another site sent this request or opened this socket."""

    code = "foreign_origin"


class WantedAwakeError(HallError):
    """It is not put to sleep now, because a policy or a hold wants it awake."""

    code = "wanted_awake"


class NoWayToSleepError(HallError):
    """It is not put to sleep, because no way to do so is configured."""

    code = "no_way_to_sleep"


class NoWayToWakeError(HallError):
    """It is down, and no way to wake it is configured."""

    code = "no_way_to_wake"


class BusyError(HallError):
    """A limit of this machine is reached; the caller may try again later."""

    code = "busy"


class DockerError(HallError):
    """The Docker Engine answered with an error, or not in its protocol.

    Visitors may read why. ``ours`` says that it could not be asked, by a fault of Hall's own
    machine.
    """

    code = "docker_error"

    def __init__(self, why: Why, *, ours: bool = False) -> None:
        super().__init__(why)
        self.ours = ours


class StartError(DockerError):
    """Docker would not start some containers, named in ``refused``; the others it did start."""

    def __init__(self, why: Why, *, refused: Sequence[str]) -> None:
        super().__init__(why)
        self.refused = frozenset(refused)


class WakeError(HallError):
    """A wake order could not be sent to any destination."""

    code = "wake_error"


class SleepError(HallError):
    """A sleep order could not be given, or the server refused it."""

    code = "sleep_error"


class InspectError(HallError):
    """A server could not be asked whether anybody or anything is busy there."""

    code = "inspect_error"


class AgentError(HallError):
    """The agent does not answer, refuses, or is not one."""

    code = "agent_error"


class JournalError(HallError):
    """The journal cannot be opened, read or written."""

    code = "journal_error"


class ListenError(HallError):
    """The address to listen on is taken, or not one of this machine."""

    code = "listen_error"
