"""Why: every sentence that explains a status, a check or a refusal.

A reason is a code and its values, so that the same reason reads in English in the journal, the
log and the API, and in the visitor's language on the page (``frontend/locales``, key
``reason.<code>``). A value may be a reason itself: "... within 60 s: Answers with status 500";
on the wire it is then ``{"code": …, "values": …}``.

No reason names an address or a MAC: visitors read them.
"""

from dataclasses import dataclass

TEXTS = {
    # checks, before there is anything to say
    "not_configured": "Not configured",
    "not_looked": "Not looked at yet",
    "waits_for_server": "Waits for the server",
    "waits_for_docker": "Waits for Docker",
    "look_failed": "Hall could not look: {why}",
    # network
    "ping_ok": "Answers ping",
    "ping_silent": "No answer to ping",
    "ping_impossible": "This machine may not send pings; use the tcp method",
    "tcp_ok": "Accepts connections",
    "tcp_refused": "Refuses the connection",
    "tcp_silent": "No answer to a connection",
    "name_unknown": "The name of the server is not known to the network",
    "unreachable": "The network has no way to the server",
    "network_by_docker": "Docker answers, so the network is up",
    "network_by_app": "The project answers, so the network is up",
    # docker
    "docker_ok": "Docker answers",
    "docker_silent": "Docker does not answer",
    "docker_refused": "Docker is not listening yet",
    "docker_tls": "Docker's TLS handshake fails: {why}",
    "docker_status": "Docker answers with HTTP status {status}",
    "docker_broken": "Docker does not answer as expected: {why}",
    # containers
    "containers_ok": "All containers run",
    "containers_early": "All containers run; the project answers before its HEALTHCHECK has run",
    "containers_unlisted": "Docker answers, but does not list the containers: {why}",
    "containers_missing": "Docker answers, but project {project} has no container",
    "container_missing": "Docker answers, but container {name} does not exist",
    "container_stopped": "Container {name} is stopped",
    "container_begun": "Container {name} is being started",
    "container_waits": "Container {name} waits for {needs}",
    "container_starting": "Container {name} runs, its HEALTHCHECK has not passed yet",
    "container_unhealthy": "Docker answers, but container {name} is unhealthy: exit {code}",
    "container_exited": "Docker answers, but container {name} exited: exit {code}",
    "container_restarting": "Container {name} keeps restarting: exit {code}",
    "container_paused": "Container {name} is paused",
    "container_dead": "Docker answers, but container {name} is dead and must be removed",
    "start_refused": "Docker answers, but could not start the containers: {why}",
    # app
    "app_ok": "Answers with HTTP status {status}",
    "app_status": "Answers with HTTP status {status}, expected {expected}",
    "app_text": "Answers, but without the expected text",
    "app_refused": "Is not listening yet",
    "app_silent": "Does not answer",
    "app_tls": "Its TLS handshake fails: {why}",
    "app_broken": "Does not answer as expected: {why}",
    # statuses
    "asleep": "The server is asleep",
    "ready": "Everything answers",
    "unhealthy_docker": "The server is up, but its Docker is not: {detail}",
    "unhealthy_app": "The server is up, but the project does not answer as expected: {detail}",
    "wake_sending": "Sending the magic packet",
    "wake_sent": "Magic packet sent, the server does not answer yet",
    "wake_unsent": "The magic packet could not be sent: {why}",
    "wake_docker": "The server answers, Docker does not yet",
    "wake_containers": "Docker is up, the containers are starting",
    "wake_app": "The containers run, the project does not answer yet",
    "wake_lost": "Hall was stopped during this wake",
    # failures, each naming the broken link
    "failed_network": "The server did not answer within {seconds} s of {packets} magic packets",
    "failed_no_wake": "The server is down and has no way to be woken",
    "failed_docker": "The server answers, but Docker did not within {seconds} s: {detail}",
    "failed_containers": "The containers were not ready within {seconds} s: {detail}",
    "failed_app": "The project did not answer as expected within {seconds} s: {detail}",
    # refusals
    "access_refused": "Address {address} is not on the access list of {domain}",
}
"""The English sentence of each code; the locales repeat it, and a test compares them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ``TEXTS`` with its values; ``str()`` gives the English sentence."""

    code: str
    values: tuple[tuple[str, "str | Reason"], ...] = ()

    def __str__(self) -> str:
        return TEXTS[self.code].format(**{name: str(value) for name, value in self.values})


def because(code: str, /, **values: "str | int | Reason") -> Reason:
    """Make a reason; every value that the sentence of ``code`` names must be given."""
    kept = tuple((name, _plain(value)) for name, value in values.items())
    return Reason(code, kept)


def _plain(value: "str | int | Reason") -> "str | Reason":
    return value if isinstance(value, Reason) else str(value)
