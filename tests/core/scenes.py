"""What the tests of the core share: servers and domains, facts in few words, and scenes.

Each name has one meaning; a test module reads ``from tests.core import scenes as s``.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.model.check import CheckName, ProbeResult
from hall.core.model.commands import AskGuards, SendSleep, SendWake, StartContainers, StopContainers
from hall.core.model.container import Container, Dependency
from hall.core.model.facts import (
    CommandDone,
    ContainersSeen,
    ContainerStopped,
    ContainersUnseen,
    Fact,
    HoldSet,
    Probed,
    TrafficSeen,
    Visited,
    WakeRequested,
)
from hall.core.model.guards import GuardReport
from hall.core.model.override import Hold, HoldKind
from hall.core.model.reason import Why, because
from tests.core.answers import EPOCH, instant, second
from tests.core.dialogue import QUIET, Dialogue

__all__ = ["EPOCH", "QUIET", "Dialogue", "instant", "second"]

# ---- servers and domains -------------------------------------------------------------------------

MAC = "aa:bb:cc:dd:ee:ff"
ADDRESS = "192.168.1.20"
HEALTH = {"url": f"http://{ADDRESS}:8080/health"}
WEBHOOK = {"method": "webhook", "url": "http://192.168.1.9/off"}
DOCKER_OVER_TCP = {"url": f"tcp://{ADDRESS}:2375", "allow_plain": True}


def server_spec(**changes: object) -> ServerConfig:
    """A server with Wake-on-LAN and Docker over TCP."""
    parts: dict[str, object] = {
        "name": "Main",
        "address": ADDRESS,
        "wake": {"method": "wol", "mac": MAC},
        "docker": DOCKER_OVER_TCP,
    }
    return ServerConfig.model_validate(parts | changes)


def sleepy_server(**changes: object) -> ServerConfig:
    """A server without Docker that can be put to sleep."""
    return server_spec(**{"docker": None, "sleep": WEBHOOK, **changes})


def domain_spec(**changes: object) -> DomainConfig:
    """A domain with a Compose project and a health URL behind the gateway's own proxy."""
    parts: dict[str, object] = {
        "name": "Client 1",
        "server": "main",
        "url": "https://client1.example/",
        "project": {"compose": "client1"},
        "health": {"url": "https://client1.example/health"},
    }
    return DomainConfig.model_validate(parts | changes)


def with_policy(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain without containers, and this policy."""
    return domain_spec(project=None, health=HEALTH, policy=policy)


def on_demand(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain without containers that rests after ten minutes, on a server up for five."""
    return with_policy(**{**_ON_DEMAND, **policy})


def with_project(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain with containers, on demand."""
    return domain_spec(health=HEALTH, policy={**_ON_DEMAND, **policy})


_ON_DEMAND = {"type": "on_demand", "idle_minutes": 10, "min_awake_minutes": 5}

OPENS = datetime(2023, 11, 15, 8, 0, tzinfo=UTC).timestamp() - EPOCH
CLOSES = OPENS + 10 * 3600
HOURS = {"open": [{"days": ["wed"], "from": "08:00", "to": "18:00"}], "margin_minutes": 5}
"""Open on the day after a dialogue begins."""

ALWAYS = with_policy(type="always_on")
SCHEDULED = with_policy(type="scheduled", **HOURS)
TWO_CLIENTS = {"client1": domain_spec(), "client2": domain_spec(name="Client 2")}


# ---- facts, in few words -------------------------------------------------------------------------


def ping(*, ok: bool = True) -> Probed:
    """A look at the network."""
    detail = because("ping_ok" if ok else "ping_silent")
    return Probed(CheckName.NETWORK, ProbeResult(ok=ok, detail=detail, took_ms=1.0 if ok else None))


def docker(*, ok: bool = True) -> Probed:
    """A look at Docker."""
    detail = because("docker_ok" if ok else "docker_refused")
    return Probed(CheckName.DOCKER, ProbeResult(ok=ok, detail=detail, took_ms=2.0 if ok else None))


def app(
    *, ok: bool = True, weak: bool = False, domain: str = "client1", asked: float | None = None
) -> Probed:
    """A look at a project, asked at this second; a weak answer is a 404, as proxies give it."""
    detail = because("app_ok", status=404 if weak else 200)
    if not ok:
        detail = because("app_status", status=500, expected="")
    result = ProbeResult(ok=ok, detail=detail, took_ms=3.0 if ok else None, weak=weak)
    return Probed(CheckName.APP, result, domain, None if asked is None else instant(asked))


def container(name: str = "web", state: str = "running", **parts: Any) -> Container:  # noqa: ANN401
    """A container; of the service of the same name."""
    return replace(Container(name=name, state=state, service=name), **parts)


def needs(service: str, condition: str = "service_started") -> tuple[Dependency, ...]:
    """What one container waits for."""
    return (Dependency(service, condition),)


def listed(*containers: Container, domain: str = "client1") -> ContainersSeen:
    """A list of a project's containers."""
    return ContainersSeen(domain, containers)


def unlisted(why: str = "forbidden", domain: str = "client1") -> ContainersUnseen:
    """Docker answers, and refuses to list."""
    return ContainersUnseen(domain, because("docker_broken", why=why))


def stopped(
    domain: str = "client1", name: str = "web", *, by_order: bool = False
) -> ContainerStopped:
    """Docker told that a container stopped."""
    return ContainerStopped(domain, name, by_order=by_order)


def traffic(total: int | None, domain: str = "client1", why: str = "") -> Fact:
    """What a domain's containers moved so far."""
    return TrafficSeen(domain, total, why)


def visit(domain: str = "client1") -> Visited:
    """A visit."""
    return Visited(domain)


def order(domain: str = "client1") -> WakeRequested:
    """An outright order."""
    return WakeRequested(domain)


def held(kind: str | None, until: float = 0, domain: str | None = None, **more: Any) -> HoldSet:  # noqa: ANN401
    """An admin holds a domain, or the whole server, until this second; None takes it away."""
    if kind is None:
        return HoldSet(None, domain)
    return HoldSet(Hold(kind=HoldKind(kind), until=instant(until), **more), domain)


def sent(number: int, error: str | None = None) -> CommandDone:
    """What became of a wake order."""
    return CommandDone(SendWake("main", number), error)


def started(
    *names: str, error: Why | None = None, refused: tuple[str, ...] = (), domain: str = "client1"
) -> CommandDone:
    """What became of a start order."""
    return CommandDone(start(*names, domain=domain), error, refused=frozenset(refused))


def hold(kind: str, until: float) -> Hold:
    """A hold until this second, as the record has it."""
    return Hold(kind=HoldKind(kind), until=instant(until))


# ---- commands that may be expected ---------------------------------------------------------------


def packets(first: int, last: int | None = None) -> list[SendWake]:
    """The wake orders from this number to that one, or this one alone."""
    return [SendWake("main", number) for number in range(first, (last or first) + 1)]


def start(*names: str, domain: str = "client1") -> StartContainers:
    """A start order."""
    return StartContainers("main", domain, names)


def stop(*names: str, domain: str = "client1") -> StopContainers:
    """A stop order."""
    return StopContainers("main", domain, names)


PACKET = SendWake("main", 1)
ASK_GUARDS = AskGuards("main", 0, 50)
SLEEP = SendSleep("main", "", 110)


# ---- bunches of facts ----------------------------------------------------------------------------

PING_SILENT = (ping(ok=False),)
NETWORK_SILENT = PING_SILENT * 3
"""Silent for so long that it is believed."""
SERVER_SILENT = (*NETWORK_SILENT, app(ok=False))
APP_FAILS = (app(ok=False),) * 6
"""A project that answers wrongly for so long that it is believed."""
DOCKER_FAILS = (docker(ok=False),) * 6
"""The same of Docker."""
ALL_ANSWER = (ping(), docker(), listed(container()), app())
ALL_BUT_PING_ANSWER = ALL_ANSWER[1:]
ALL_BUT_APP_ANSWER = ALL_ANSWER[:3]

COMPLETED = "service_completed_successfully"
WEB_KILLED = container(state="exited", exit_code=137)
WEB_NEEDS_DB, DB = container("web", depends_on=needs("db")), container("db")
WEB_AND_DB_EXITED = (container("web", "exited"), container("db", "exited"))
WEB_AND_DB_STOPPED = CommandDone(stop("web", "db"))
"""Their stop order was carried out."""
ALICE_LOGGED_IN = GuardReport(sessions=("alice on pts/0",))


# ---- scenes where a dialogue begins --------------------------------------------------------------


def unknown(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A server of which nothing is known yet, with client1 unless other domains are named."""
    return Dialogue(server or server_spec(), domains or {"client1": domain_spec()})


def asleep(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A server that was looked at and does not answer."""
    return unknown(server, **domains).tell(*PING_SILENT)


def healthy(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A server where everything answers."""
    return unknown(server, **domains).tell(*ALL_ANSWER)


def waking(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A sleeping server that client1 was just visited on."""
    return asleep(server, **domains).tell(visit())


def unseen(**domains: DomainConfig) -> Dialogue:
    """A server that may be put to sleep, and of which nothing is known yet."""
    return unknown(sleepy_server(), **(domains or {"client1": on_demand()}))


def unseen_with_docker(**domains: DomainConfig) -> Dialogue:
    """The same, with a Docker."""
    return unknown(sleepy_server(docker=DOCKER_OVER_TCP), **domains)


def resting(**domains: DomainConfig) -> Dialogue:
    """A server that is asleep, and may be put to sleep."""
    return unseen(**domains).tell(*PING_SILENT)


def up(**domains: DomainConfig) -> Dialogue:
    """The same, healthy."""
    return unseen(**domains).tell(*ALL_ANSWER)


def idle(**changes: object) -> Dialogue:
    """A healthy server whose only domain was last used ten minutes ago: the guards are asked."""
    cell = healthy(sleepy_server(**changes), client1=on_demand()).tell(visit()).wait_until(600)
    assert cell.verdict() == "Nobody needs it; it is asked whether it is busy"
    return cell.expect(ASK_GUARDS)


def told_to_sleep(**changes: object) -> Dialogue:
    """The same, a moment after the sleep order was given."""
    return idle(**changes).guards_say().order_given().expect(SLEEP)


def slept(**changes: object) -> Dialogue:
    """The same, silent after a second."""
    return told_to_sleep(**changes).tell(*SERVER_SILENT, at=601)


def unpinged_and_told_to_sleep() -> Dialogue:
    """A server whose ping is filtered, known by its Docker and its project, told to sleep."""
    cell = unseen_with_docker(client1=on_demand())
    cell.tell(ping(ok=False), docker(), app(), visit()).tell(docker(), app(), at=599)
    return cell.wait_until(600).expect(ASK_GUARDS).guards_say().order_given().expect(SLEEP)


def two_on_demand() -> Dialogue:
    """Two domains on one server: one rests after ten minutes, one after an hour."""
    cell = unseen(a=on_demand(), b=on_demand(idle_minutes=60))
    return cell.tell(ping(), app(domain="a"), app(domain="b"))


def with_containers(**policy: object) -> Dialogue:
    """A healthy server with containers."""
    return unseen_with_docker(client1=with_project(**policy)).tell(*ALL_ANSWER)


def measured() -> Dialogue:
    """The same, whose traffic was measured at 570 and at 600; visited at 0."""
    return with_containers().tell(visit()).tell(traffic(0), at=570).tell(traffic(10), at=600)


def two_with_containers(**policy: object) -> Dialogue:
    """Two domains: one with containers that stop after five minutes, one that is used."""
    spec = with_project(stop_containers_after=5, **policy)
    cell = unseen_with_docker(client1=spec, b=on_demand())
    cell.tell(ping(), docker(), listed(WEB_NEEDS_DB, DB), app(), app(domain="b"))
    return cell.tell(traffic(0), at=270).tell(traffic(10), at=299)


def stop_is_due() -> Dialogue:
    """The same, when the containers may stop: the guards are asked."""
    return two_with_containers().tell(visit("b"), at=299).wait_until(300).expect(ASK_GUARDS)
