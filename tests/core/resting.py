"""A dialogue with a server that may sleep: what it is asked, what is ordered, and its verdict."""

from typing import Any

from core.dialogue import ADDRESS, EPOCH, Dialogue, domain_spec, server_spec
from hall.core.commands import AskGuards, SendSleep, StopContainers
from hall.core.config import DomainConfig, ServerConfig
from hall.core.facts import Carried, Fact, GuardsRead, Hold, HoldKind, TrafficSeen
from hall.core.report import Report

HEALTH = {"url": f"http://{ADDRESS}:8080/health"}
WEBHOOK = {"method": "webhook", "url": "http://192.168.1.9/off"}
QUIET = Report()


def sleepy_server(**changes: object) -> ServerConfig:
    """A server without Docker that can be put to sleep."""
    return server_spec(**{"docker": None, "sleep": WEBHOOK, **changes})


def on_demand(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain without containers that rests after ten minutes, on a server up for five."""
    parts = {"type": "on_demand", "idle_minutes": 10, "min_awake_minutes": 5, **policy}
    return domain_spec(project=None, health=HEALTH, policy=parts)


def with_policy(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain without containers, and this policy."""
    return domain_spec(project=None, health=HEALTH, policy=policy)


def with_project(**policy: Any) -> DomainConfig:  # noqa: ANN401
    """A domain with containers, on demand."""
    parts = {"type": "on_demand", "idle_minutes": 10, "min_awake_minutes": 5, **policy}
    return domain_spec(health=HEALTH, policy=parts)


def guards_say(cell: Dialogue, report: Report | None = QUIET, why: str = "") -> Dialogue:
    """The server answers the guards that were asked for last."""
    return cell.tell(GuardsRead(cell.cell.guards.number, report, why))


def order_given(cell: Dialogue, error: str | None = None) -> Dialogue:
    """The sleep order that is out was given, or could not be."""
    assert cell.cell.sleep is not None
    return cell.tell(Carried(SendSleep("main", cell.cell.sleep.id, 60), error))


def asked(cell: Dialogue) -> int:
    """How often the guards were asked for since the last time."""
    return sum(isinstance(command, AskGuards) for command in cell.hear())


def sleeps(cell: Dialogue) -> int:
    """How many sleep orders went out since the last time."""
    return sum(isinstance(command, SendSleep) for command in cell.hear())


def stops(cell: Dialogue) -> list[tuple[str, ...]]:
    """The containers of each stop order since the last time."""
    return [command.names for command in cell.hear() if isinstance(command, StopContainers)]


def verdict(cell: Dialogue, name: str | None = None) -> str:
    """What is wanted of the server, or of a domain, in words."""
    judged = cell.cell.verdict if name is None else cell.domain(name).verdict
    return str(judged.reason_at(cell.now))


def hold(kind: str, until: float) -> Hold:
    """A hold until this second."""
    return Hold(kind=HoldKind(kind), until=EPOCH + until)


def traffic(total: int | None, domain: str = "client1", why: str = "") -> Fact:
    """What a domain's containers moved so far."""
    return TrafficSeen(domain, total, why)
