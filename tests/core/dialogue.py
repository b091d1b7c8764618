"""A dialogue with one cell: tell it facts, hear its events and commands. Times count from 0."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from hall.core.alarms import due
from hall.core.commands import Command, SendWake, StartContainers
from hall.core.config import DomainConfig, ServerConfig
from hall.core.estimate import Boot, Wake
from hall.core.events import Event
from hall.core.facts import (
    Carried,
    CheckName,
    Container,
    ContainersSeen,
    ContainerStopped,
    ContainersUnseen,
    Fact,
    Need,
    Ordered,
    Probed,
    Sight,
    Ticked,
    Visited,
)
from hall.core.lifecycle import Step, advance, open_cell
from hall.core.reasons import because
from hall.core.recalling import recall
from hall.core.state import DomainState, ServerState

EPOCH = 1_700_000_000.0
"""When each dialogue begins: an hour like any other, for 0 would hide a forgotten `is None`."""

MAC = "aa:bb:cc:dd:ee:ff"
ADDRESS = "192.168.1.20"


def server_spec(**changes: object) -> ServerConfig:
    """A server with Wake-on-LAN and Docker over TCP."""
    parts: dict[str, object] = {
        "name": "Main",
        "address": ADDRESS,
        "wake": {"method": "wol", "mac": MAC},
        "docker": {"url": f"tcp://{ADDRESS}:2375", "allow_plain": True},
    }
    return ServerConfig.model_validate(parts | changes)


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


class Dialogue:
    """One server and its domains, with all that was said since the last question."""

    def __init__(
        self,
        server: ServerConfig | None = None,
        domains: Mapping[str, DomainConfig] | None = None,
    ) -> None:
        specs = {"client1": domain_spec()} if domains is None else domains
        self.cell: ServerState = open_cell("main", server or server_spec(), specs, now=EPOCH)
        self.now = EPOCH
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.told: list[Fact] = []

    # ---- telling ---------------------------------------------------------------------------

    def tell(self, *facts: Fact, at: float | None = None) -> Self:
        """Tell facts, all at this second, after the alarms that ring before it."""
        if at is not None:
            self.wait_until(at)
        for fact in facts:
            self._take(fact)
        return self

    def wait_until(self, at: float) -> Self:
        """Let time pass, with nothing but alarms."""
        rung_at, rings = self.now, 0
        while (alarm := due(self.cell)) is not None and alarm <= EPOCH + at:
            self.now = max(self.now, alarm)
            rung_at, rings = self.now, rings + 1 if self.now == rung_at else 0
            assert rings < 10, f"busy at {self.now - EPOCH:.1f}: {self.cell.verdict}"
            self._take(Ticked())
        self.now = EPOCH + at
        return self

    def sway(self, *swings: tuple[Fact, ...], every: float, times: int, after: float = 0) -> Self:
        """Tell one bunch of facts after the other, round and round, ``every`` seconds."""
        for turn in range(times):
            self.tell(*swings[turn % len(swings)], at=after + (turn + 1) * every)
        return self

    def sleep_until_quiet(self) -> Self:
        """Let time pass until no alarm is left."""
        while (alarm := due(self.cell)) is not None:
            self.now = max(self.now, alarm)
            self._take(Ticked())
        return self

    def restart(self, *, history: tuple[Boot, ...] = (), running: Wake | None = None) -> Self:
        """Stop Hall and start it again: only what the journal holds comes back."""
        specs = {name: domain.spec for name, domain in self.cell.domains.items()}
        cell = open_cell("main", self.cell.spec, specs, now=self.now)
        self.cell = recall(cell, "client1", history=history, running=running, now=self.now)
        return self

    def _take(self, fact: Fact) -> None:
        step: Step = advance(self.cell, fact, self.now)
        self.told.append(fact)
        self.cell = step.state
        self.commands += step.commands
        self.events += step.events

    # ---- asking ----------------------------------------------------------------------------

    def hear(self) -> list[Command]:
        """The commands since the last time."""
        heard, self.commands = self.commands, []
        return heard

    def news(self, kind: type[Event]) -> list[Any]:
        """The events of one kind since the last time any were asked for."""
        heard, self.events = self.events, []
        return [event for event in heard if isinstance(event, kind)]

    @property
    def packets(self) -> list[int]:
        """The numbers of the wake orders since the last time."""
        return [command.number for command in self.hear() if isinstance(command, SendWake)]

    @property
    def starts(self) -> list[tuple[str, ...]]:
        """The containers of each start order since the last time."""
        return [command.names for command in self.hear() if isinstance(command, StartContainers)]

    @property
    def alarm(self) -> float | None:
        """When it wants to be told that time passed, in seconds from the beginning."""
        at = due(self.cell)
        return None if at is None else round(at - EPOCH, 3)

    def domain(self, name: str = "client1") -> DomainState:
        """A domain as it stands."""
        return self.cell.domains[name]

    def wake(self, name: str = "client1") -> Wake:
        """The wake of a domain, running or ended."""
        wake = self.domain(name).wake
        assert wake is not None
        return wake

    def ready(self, name: str = "client1") -> bool:
        """Whether a visitor may go in."""
        return self.cell.ready(self.domain(name))

    def status(self, name: str = "client1") -> str:
        """The status of a domain."""
        return self.domain(name).standing.status.value

    def why(self, name: str = "client1") -> str:
        """The code of the reason of a domain's status."""
        return self.domain(name).standing.reason.code

    def says(self, name: str = "client1") -> str:
        """The sentence of that reason."""
        return str(self.domain(name).standing.reason)

    def check(self, link: str, name: str = "client1") -> tuple[str, str]:
        """The state of a link, and the code of its detail."""
        checks = {check.name: check for check in self.cell.checks(self.domain(name))}
        check = checks[CheckName(link)]
        return check.state.value, check.detail.code


# ---- facts, in few words -----------------------------------------------------------------------


def ping(*, ok: bool = True) -> Probed:
    """A look at the network."""
    detail = because("ping_ok" if ok else "ping_silent")
    return Probed(CheckName.NETWORK, Sight(ok=ok, detail=detail, took_ms=1.0 if ok else None))


def docker(*, ok: bool = True) -> Probed:
    """A look at Docker."""
    detail = because("docker_ok" if ok else "docker_refused")
    return Probed(CheckName.DOCKER, Sight(ok=ok, detail=detail, took_ms=2.0 if ok else None))


def app(
    *, ok: bool = True, weak: bool = False, domain: str = "client1", asked: float | None = None
) -> Probed:
    """A look at a project, asked at this second; a weak answer is a 404, as proxies give it."""
    detail = because("app_ok", status=404 if weak else 200)
    if not ok:
        detail = because("app_status", status=500, expected="")
    sight = Sight(ok=ok, detail=detail, took_ms=3.0 if ok else None, weak=weak)
    return Probed(CheckName.APP, sight, domain, None if asked is None else EPOCH + asked)


def stopped(domain: str = "client1") -> ContainerStopped:
    """Docker told that a container stopped."""
    return ContainerStopped(domain, "web")


def container(name: str = "web", state: str = "running", **parts: Any) -> Container:  # noqa: ANN401
    """A container; of the service of the same name."""
    return replace(Container(name=name, state=state, service=name), **parts)


def needs(service: str, condition: str = "service_started") -> tuple[Need, ...]:
    """What one container waits for."""
    return (Need(service, condition),)


def unlisted(why: str = "forbidden", domain: str = "client1") -> ContainersUnseen:
    """Docker answers, and refuses to list."""
    return ContainersUnseen(domain, because("docker_broken", why=why))


def listed(*containers: Container, domain: str = "client1") -> ContainersSeen:
    """A list of a project's containers."""
    return ContainersSeen(domain, containers)


def visit(domain: str = "client1") -> Visited:
    """A visit."""
    return Visited(domain)


def order(domain: str = "client1") -> Ordered:
    """An outright order."""
    return Ordered(domain)


def sent(number: int, error: str | None = None) -> Carried:
    """What became of a wake order."""
    return Carried(SendWake("main", number), error)


def started(
    *names: str, error: str | None = None, refused: tuple[str, ...] = (), domain: str = "client1"
) -> Carried:
    """What became of a start order."""
    order = StartContainers("main", domain, names)
    return Carried(order, error, refused=frozenset(refused))


# ---- scenes where a dialogue begins --------------------------------------------------------------

DOWN = (ping(ok=False),)
LOST = (ping(ok=False), ping(ok=False), ping(ok=False), app(ok=False))
UP = (ping(), docker(), listed(container()), app())


def asleep(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A server that was looked at and does not answer."""
    return Dialogue(server, domains or None).tell(*DOWN)


def healthy(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A server where everything answers."""
    return Dialogue(server, domains or None).tell(*UP)


def waking(server: ServerConfig | None = None, **domains: DomainConfig) -> Dialogue:
    """A sleeping server that client1 was just visited on."""
    return asleep(server, **domains).tell(visit())
