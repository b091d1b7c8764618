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
    "tcp_refused": "Refuses the connection, so it is up",
    "tcp_silent": "No answer to a connection",
    "name_unknown": "The name of the server is not known to the network",
    "unreachable": "The network has no way to the server",
    "left_alone": "It is left alone while it sleeps",
    "network_by_docker": "Docker answers, so the network is up",
    "network_by_app": "The project answers, so the network is up",
    "network_by_refusal": "It refuses what is asked, so the network is up",
    # docker
    "docker_ok": "Docker answers",
    "docker_silent": "Docker does not answer",
    "docker_refused": "Docker is not listening yet",
    "docker_tls": "Docker's TLS handshake fails: {why}",
    "docker_status": "Docker answers with HTTP status {status}",
    "docker_moved": "Docker answers with a redirect, HTTP status {status}: is that Docker?",
    "docker_filtered_look": "A filter in front of Docker refuses to tell: HTTP status {status}",
    "docker_filtered_start": "A filter in front of Docker refuses to start containers: "
    "HTTP status {status}",
    "docker_filtered_stop": "A filter in front of Docker refuses to stop containers: "
    "HTTP status {status}",
    "docker_broken": "Docker does not answer as expected: {why}",
    # containers
    "containers_ok": "All containers run",
    "containers_done": "All containers run; {names} did its work and ended",
    "containers_ended": "Docker answers, but every container of project {project} ended by itself",
    "containers_left_out": "All its containers are left out",
    "containers_early": "All containers run; a HEALTHCHECK has not passed yet",
    "containers_unwell": "All containers run; a HEALTHCHECK does not pass",
    "containers_unlisted": "Docker answers, but does not list the containers: {why}",
    "containers_missing": "Docker answers, but project {project} has no container",
    "container_missing": "Docker answers, but container {name} does not exist",
    "container_swarm": "{name} is no container: Docker is in Swarm mode, and Hall starts "
    "containers, not Swarm's services",
    "container_unread": "What Docker says of container {name} cannot be read: {what}",
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
    "app_weak": "{answer}: a proxy may say so by itself, and a HEALTHCHECK has not passed yet",
    "app_text": "Answers, but without the expected text",
    "app_unfinished": "Answers, but its body did not end within {seconds} s, without the text",
    "app_hall": "Hall itself answers there, not the project",
    "app_refused": "Is not listening yet",
    "app_silent": "Does not answer",
    "app_tls": "Its TLS handshake fails: {why}",
    "app_broken": "Does not answer as expected: {why}",
    # statuses
    "asleep": "The server is asleep",
    "ready": "Everything answers",
    "ready_unseen": "The project answers, but not all is well: {detail}",
    "unhealthy_docker": "The server is up, but its Docker is not: {detail}",
    "unhealthy_app": "The server is up, but the project does not answer as expected: {detail}",
    "wake_sending": "Sending the magic packet",
    "wake_sent": "Magic packet sent, the server does not answer yet",
    "wake_unsent": "The magic packet could not be sent: {why}",
    "order_sending": "Giving the wake order",
    "order_sent": "Wake order given, the server does not answer yet",
    "order_unsent": "The wake order could not be given: {why}",
    "wake_docker": "The server answers, Docker does not yet",
    "wake_containers": "Docker is up, the containers are starting",
    "wake_app": "The containers run, the project does not answer yet",
    "wake_app_alone": "The server is up, the project does not answer yet",
    "wake_lost": "Hall was stopped during this wake",
    # failures, each naming the broken link
    "failed_network": "The server did not answer within {seconds} s of {packets} magic packets",
    "failed_order": "The server did not answer within {seconds} s of {packets} wake orders",
    "failed_no_wake": "The server is down and has no way to be woken",
    "failed_only_ping": "Only its network card answers, also after {packets} magic packets",
    "failed_docker": "The server answers, but Docker did not within {seconds} s: {detail}",
    "failed_containers": "The containers were not ready within {seconds} s: {detail}",
    "failed_app": "The project did not answer as expected within {seconds} s: {detail}",
    # sleeping
    "sleep_ordered": "The sleep order is out, silence is awaited",
    "sleep_announced": "The server says that it goes to sleep",
    "sleep_silent": "It fell silent after {seconds} s",
    "sleep_stayed": "It was told to sleep, and still answers after {seconds} s",
    "sleep_unseen": "It was told to sleep {seconds} s ago, and Hall could not look what came of it",
    "sleep_left_alone": "It was told to sleep, and is left alone since: nobody looks",
    "sleep_only_ping": "{seconds} s after the sleep order only its network card answers, as some "
    'do in their sleep: look by TCP instead of ping, with "method": "tcp" in "network"',
    "sleep_refused": "It could not be told to sleep: {why}",
    "sleep_came_back": "It came back after {seconds} s, without a wake order of Hall's",
    "sleep_woken_by_looks": "It came back after {seconds} s once more. Its card may wake on any "
    "packet, also on Hall's looks: `ethtool -s eth0 wol g` there has it heed magic packets alone; "
    'or set "while_asleep" in "network" to "leave_alone"',
    "fell_silent": "No answer since it went to sleep",
    "wake_overtakes": "The server is just going to sleep, and is woken right after",
    "containers_stopping": "Its containers are being stopped, because nobody used it",
    "containers_rest": "Its containers were stopped, because nobody used it",
    "stop_refused": "Its containers could not be stopped: {why}",
    "closed": "Closed at this time",
    "held": "An admin keeps it asleep for now",
    # verdicts on a domain
    "verdict_held_awake": "Held awake by an admin for {left} more",
    "verdict_dismissed": "Put to sleep by an admin {ago} ago",
    "verdict_always_on": "Always on",
    "verdict_open": "Open for {left} more",
    "verdict_opens": "Opens in {left}, and is made ready",
    "verdict_closed": "Closed, opens in {left}",
    "verdict_visit": "Visited {ago} ago, kept for {left} more",
    "verdict_report": "Reported in use {ago} ago, kept for {left} more",
    "verdict_traffic": "Its containers had traffic {ago} ago, kept for {left} more",
    "verdict_admin": "Called by an admin {ago} ago, kept for {left} more",
    "verdict_up": "Up for {ago} and not used yet, kept for {left} more",
    "verdict_unused": "Not used for {ago}",
    "verdict_never": "Not used yet",
    "verdict_unknown": "Whether it is in use is not known: {why}",
    "traffic_unseen": "Its containers cannot be seen: {why}",
    "traffic_unread": "Their traffic cannot be read: {why}",
    "traffic_unmeasured": "Their traffic is being measured",
    # verdicts on a server
    "server_needed": "{name}: {why}",
    "server_waking": "A wake is running",
    "server_stopping": "The sleep order went out {ago} ago",
    "server_unseen": "It is being looked at",
    "server_asleep": "Nobody needs it, and it is asleep",
    "server_no_way": "Nobody needs it, but it has no way to be put to sleep",
    "server_no_domain": "No domain is on it",
    "server_young": "Nobody needs it, but it is up for {ago} only: {left} more",
    "server_backoff": "Nobody needs it. {why}; the next try is in {left}",
    "server_asking": "Nobody needs it; it is asked whether it is busy",
    "server_busy": "Nobody needs it, but it is busy: {guards}",
    "server_unneeded": "Nobody needs it, and it is not busy",
    "server_forced": "An admin puts it to sleep, whatever is busy",
    "server_stops": "Containers are being stopped",
    # guards
    "guard_sessions": "Logged in: {names}",
    "guard_load": "Load {load} per CPU, expected under {limit}",
    "guard_inhibitors": "Sleep is inhibited by {names}",
    "guard_processes": "Running: {names}",
    "guard_lock_files": "Locked by {names}",
    "guard_connections": "Open connections into {names}",
    "guard_ports": "Open connections to ports {ports}",
    "guard_keep_awake": "Containers marked hall.keep-awake: {names}",
    "guard_unread": "{guard} cannot be read: {why}",
    "guard_silent": "The server cannot be asked: {why}",
    "both": "{one}; {other}",
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
