"""What admins read, as JSON: beside ``domain.py``, the only place that knows shapes."""

from typing import Annotated, Any

from hall.interface.wire.described import TypedDict, means
from hall.interface.wire.domain import FIGURES, CheckModel, ReasonFields, StateModel


class TurnModel(TypedDict):
    """When time alone may change a verdict."""

    at: Annotated[str, means("When.")]
    in_s: Annotated[float, means("In how many seconds.")]


class VerdictModel(TypedDict):
    """The verdict on a server or a domain: what is wanted, why, and until when."""

    stance: Annotated[str, means("wake (is to be awake), keep (stays so if it is) or rest.")]
    code: Annotated[str, means("Why, as a stable code.")]
    reason: Annotated[str, means("Why, in plain words.")]
    values: Annotated[dict[str, Any], means("The values of that code's sentence.")]
    figures: Annotated[dict[str, Any], means(FIGURES)]
    since: Annotated[str | None, means("Since when what it names lasts.")]
    until: Annotated[str | None, means("Until when it holds, if nothing changes.")]
    next: Annotated[TurnModel | None, means("When time alone may change it.")]


class NextModel(TurnModel):
    """What time alone brings next to a server."""

    what: Annotated[
        str,
        means(
            "wakes; wanted (by a domain, while it is awake already); opens (visits may "
            "wake it); may_sleep; hold_ends (visits wake it again); retries (a wake that failed)."
        ),
    ]
    domain: Annotated[str | None, means("The domain that it is about; null: the server.")]


class HoldModel(TypedDict):
    """An admin's order that overrides policy for a time."""

    kind: Annotated[str, means("awake or asleep.")]
    until: Annotated[str, means("Until when.")]
    left_s: Annotated[float, means("Seconds that are left of it.")]


class GuardModel(TypedDict):
    """One guard that speaks against sleep."""

    code: Annotated[str, means("A stable code, like guard_sessions.")]
    text: Annotated[str, means("The same in plain words.")]
    values: Annotated[dict[str, Any], means("The values of that code's sentence.")]
    figures: Annotated[dict[str, Any], means(FIGURES)]


class GuardsModel(TypedDict):
    """What the server last said of who and what is busy there."""

    asked_at: Annotated[str | None, means("Since when an answer is awaited; null: none is.")]
    read_at: Annotated[str | None, means("When it last answered; null: not since it mattered.")]
    busy: Annotated[list[GuardModel] | None, means("What speaks against sleep; null: unread.")]
    unread: Annotated[list[str] | None, means("Guards that could not be read; they count.")]


class PowerModel(TypedDict):
    """What is remembered of its sleeping and waking."""

    up_since: Annotated[str | None, means("Awake since; null while it is not.")]
    slept_at: Annotated[str | None, means("When it last fell silent after an order.")]
    woken_at: Annotated[str | None, means("When the last wake order was sent.")]
    strikes: Annotated[int, means("Sleep orders in a row that did not last.")]
    trouble: Annotated[str | None, means("What came of the last of these, in words.")]
    next_try_at: Annotated[str | None, means("Before this it is not told to sleep again.")]


class WattsModel(TypedDict):
    """What a server uses and what that costs, as configured."""

    awake: Annotated[float, means("Awake, in W.")]
    asleep: Annotated[float, means("Asleep, in W.")]
    price_per_kwh: Annotated[float, means("Price of a kWh.")]
    currency: Annotated[str, means("The currency of the price.")]


class WaysModel(TypedDict):
    """How it is switched, by the name of the method; null means not at all."""

    wake: Annotated[str | None, means("wol, webhook or command.")]
    sleep: Annotated[str | None, means("ssh, agent or webhook.")]


class SleepModel(TypedDict):
    """A sleep order that is out, or a sleep that the server announced itself."""

    id: Annotated[str, means("Its name in the journal.")]
    ordered_at: Annotated[str, means("When it was ordered.")]
    announced: Annotated[bool, means("Whether the server said so itself.")]
    given_at: Annotated[str | None, means("When the order had been given; null: on its way.")]
    error: Annotated[str | None, means("Why it could not be given.")]


class ActivityModel(TypedDict):
    """The last sign that a domain is in use."""

    at: Annotated[str, means("When.")]
    sign: Annotated[str, means("visit, activity (reported), traffic or admin.")]


class TrafficModel(TypedDict):
    """What its containers sent and received, at the last measure."""

    at: Annotated[str, means("When it was measured.")]
    bytes_per_minute: Annotated[float | None, means("The rate; null: not known.")]
    why: Annotated[str | None, means("Why it could not be read.")]


class ShutModel(TypedDict):
    """That visits do not wake a domain now."""

    code: Annotated[str, means("held (asleep, by an admin) or closed (by its schedule).")]
    until: Annotated[str | None, means("When they do again; null: not known.")]
    barred: Annotated[bool, means("Whether nobody is let in even while it is awake.")]


class ServerBriefModel(TypedDict):
    """The server that a domain is on, in short."""

    id: Annotated[str, means("The server.")]
    status: Annotated[str, means("Where it stands.")]
    reason: Annotated[str, means("Why, in plain words.")]
    verdict: Annotated[VerdictModel, means("Whether it is wanted awake.")]
    hold: Annotated[HoldModel | None, means("An admin's hold on it.")]


class DomainModel(StateModel):
    """A domain as admins see it: what its visitors see, and why it is kept awake or not."""

    server: Annotated[ServerBriefModel, means("The server that it is on.")]
    policy: Annotated[str, means("always_on, scheduled or on_demand.")]
    verdict: Annotated[VerdictModel, means("Whether it is wanted awake.")]
    hold: Annotated[HoldModel | None, means("An admin's hold on it.")]
    called_at: Annotated[str | None, means('When an admin\'s "wake now" came that still counts.')]
    dismissed_at: Annotated[str | None, means('The same of "sleep now".')]
    shut: Annotated[ShutModel | None, means("Why visits do not wake it; null: they do.")]
    activity: Annotated[ActivityModel | None, means("The last sign of use; null: none known.")]
    traffic: Annotated[TrafficModel | None, means("Traffic of its containers; null: unmeasured.")]


class ServerModel(ReasonFields):
    """A server as admins see it, with its domains."""

    v: Annotated[int, means("Version of this shape.")]
    id: Annotated[str, means("The server.")]
    name: Annotated[str, means("Its name, for people.")]
    status: Annotated[str, means("Where it stands; the same words as for a domain.")]
    since: Annotated[str, means("Since when it has this status.")]
    server_time: Annotated[str, means("The gateway's clock.")]
    checks: Annotated[list[CheckModel], means("Its two links, network and docker.")]
    verdict: Annotated[VerdictModel, means("Whether it is wanted awake.")]
    next: Annotated[NextModel | None, means("What comes next, its domains' turns included.")]
    hold: Annotated[HoldModel | None, means("An admin's hold on it.")]
    called_at: Annotated[str | None, means("Since when it is being woken for its own sake.")]
    forced: Annotated[bool, means('Whether a "sleep now" passes over the guards.')]
    guards: Annotated[GuardsModel, means("Who and what is busy there.")]
    power: Annotated[PowerModel, means("What is remembered of its sleeping.")]
    sleep: Annotated[SleepModel | None, means("A sleep order that is out.")]
    ways: Annotated[WaysModel, means("How it is switched.")]
    watts: Annotated[WattsModel, means("What it uses.")]
    domains: Annotated[list[DomainModel], means("The domains that are on it.")]


class ServersModel(TypedDict):
    """Every server with its domains, in the order of the configuration."""

    servers: Annotated[list[ServerModel], means("In the order of the configuration.")]
