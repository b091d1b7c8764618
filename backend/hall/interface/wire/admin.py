"""What admins read, as JSON: beside ``domain.py``, the only place that knows shapes."""

from typing import Any

from pydantic import BaseModel, Field

from hall.interface.wire.domain import FIGURES, CheckModel, StateModel


class TurnModel(BaseModel):
    """When time alone may change a verdict."""

    at: str = Field(description="When.")
    in_s: float = Field(description="In how many seconds.")


class VerdictModel(BaseModel):
    """The verdict on a server or a domain: what is wanted, why, and until when."""

    stance: str = Field(description="wake (is to be awake), keep (stays so if it is) or rest.")
    code: str = Field(description="Why, as a stable code.")
    reason: str = Field(description="Why, in plain words.")
    values: dict[str, Any] = Field(description="The values of that code's sentence.")
    figures: dict[str, Any] = Field(description=FIGURES)
    since: str | None = Field(description="Since when what it names lasts.")
    until: str | None = Field(description="Until when it holds, if nothing changes.")
    next: TurnModel | None = Field(description="When time alone may change it.")


class NextModel(TurnModel):
    """What time alone brings next to a server."""

    what: str = Field(
        description="wakes; wanted (by a domain, while it is awake already); opens (visits may "
        "wake it); may_sleep; hold_ends (visits wake it again); retries (a wake that failed)."
    )
    domain: str | None = Field(description="The domain that it is about; null: the server.")


class HoldModel(BaseModel):
    """An admin's order that overrides policy for a time."""

    kind: str = Field(description="awake or asleep.")
    until: str = Field(description="Until when.")
    left_s: float = Field(description="Seconds that are left of it.")


class GuardModel(BaseModel):
    """One guard that speaks against sleep."""

    code: str = Field(description="A stable code, like guard_sessions.")
    text: str = Field(description="The same in plain words.")
    values: dict[str, Any] = Field(description="The values of that code's sentence.")
    figures: dict[str, Any] = Field(description=FIGURES)


class GuardsModel(BaseModel):
    """What the server last said of who and what is busy there."""

    asked_at: str | None = Field(description="Since when an answer is awaited; null: none is.")
    read_at: str | None = Field(description="When it last answered; null: not since it mattered.")
    busy: list[GuardModel] | None = Field(description="What speaks against sleep; null: unread.")
    unread: list[str] | None = Field(description="Guards that could not be read; they count.")


class PowerModel(BaseModel):
    """What is remembered of its sleeping and waking."""

    up_since: str | None = Field(description="Awake since; null while it is not.")
    slept_at: str | None = Field(description="When it last fell silent after an order.")
    woken_at: str | None = Field(description="When the last wake order was sent.")
    strikes: int = Field(description="Sleep orders in a row that did not last.")
    trouble: str | None = Field(description="What came of the last of these, in words.")
    next_try_at: str | None = Field(description="Before this it is not told to sleep again.")


class WattsModel(BaseModel):
    """What a server uses and what that costs, as configured."""

    awake: float = Field(description="Awake, in W.")
    asleep: float = Field(description="Asleep, in W.")
    price_per_kwh: float = Field(description="Price of a kWh.")
    currency: str = Field(description="The currency of the price.")


class WaysModel(BaseModel):
    """How it is switched, by the name of the method; null means not at all."""

    wake: str | None = Field(description="wol, webhook or command.")
    sleep: str | None = Field(description="ssh, agent or webhook.")


class SleepModel(BaseModel):
    """A sleep order that is out, or a sleep that the server announced itself."""

    id: str = Field(description="Its name in the journal.")
    ordered_at: str = Field(description="When it was ordered.")
    announced: bool = Field(description="Whether the server said so itself.")
    given_at: str | None = Field(description="When the order had been given; null: on its way.")
    error: str | None = Field(description="Why it could not be given.")


class ActivityModel(BaseModel):
    """The last sign that a domain is in use."""

    at: str = Field(description="When.")
    sign: str = Field(description="visit, activity (reported), traffic or admin.")


class TrafficModel(BaseModel):
    """What its containers sent and received, at the last measure."""

    at: str = Field(description="When it was measured.")
    bytes_per_minute: float | None = Field(description="The rate; null: not known.")
    why: str | None = Field(description="Why it could not be read.")


class ShutModel(BaseModel):
    """That visits do not wake a domain now."""

    code: str = Field(description="held (asleep, by an admin) or closed (by its schedule).")
    until: str | None = Field(description="When they do again; null: not known.")
    barred: bool = Field(description="Whether nobody is let in even while it is awake.")


class ServerBriefModel(BaseModel):
    """The server that a domain is on, in short."""

    id: str = Field(description="The server.")
    status: str = Field(description="Where it stands.")
    reason: str = Field(description="Why, in plain words.")
    verdict: VerdictModel = Field(description="Whether it is wanted awake.")
    hold: HoldModel | None = Field(description="An admin's hold on it.")


class DomainModel(StateModel):
    """A domain as admins see it: what its visitors see, and why it is kept awake or not."""

    server: ServerBriefModel = Field(description="The server that it is on.")
    policy: str = Field(description="always_on, scheduled or on_demand.")
    verdict: VerdictModel = Field(description="Whether it is wanted awake.")
    hold: HoldModel | None = Field(description="An admin's hold on it.")
    called_at: str | None = Field(description='When an admin\'s "wake now" came that still counts.')
    dismissed_at: str | None = Field(description='The same of "sleep now".')
    shut: ShutModel | None = Field(description="Why visits do not wake it; null: they do.")
    activity: ActivityModel | None = Field(description="The last sign of use; null: none known.")
    traffic: TrafficModel | None = Field(description="Traffic of its containers; null: unmeasured.")


class ServerModel(BaseModel):
    """A server as admins see it, with its domains."""

    v: int = Field(description="Version of this shape.")
    id: str = Field(description="The server.")
    name: str = Field(description="Its name, for people.")
    status: str = Field(description="Where it stands; the same words as for a domain.")
    since: str = Field(description="Since when it has this status.")
    reason: str = Field(description="Why, in plain words.")
    reason_code: str = Field(description="The same as a stable code.")
    reason_values: dict[str, Any] = Field(description="The values of that code's sentence.")
    reason_figures: dict[str, Any] = Field(description=FIGURES)
    server_time: str = Field(description="The gateway's clock.")
    checks: list[CheckModel] = Field(description="Its two links, network and docker.")
    verdict: VerdictModel = Field(description="Whether it is wanted awake.")
    next: NextModel | None = Field(description="What comes next, its domains' turns included.")
    hold: HoldModel | None = Field(description="An admin's hold on it.")
    called_at: str | None = Field(description="Since when it is being woken for its own sake.")
    forced: bool = Field(description='Whether a "sleep now" passes over the guards.')
    guards: GuardsModel = Field(description="Who and what is busy there.")
    power: PowerModel = Field(description="What is remembered of its sleeping.")
    sleep: SleepModel | None = Field(description="A sleep order that is out.")
    ways: WaysModel = Field(description="How it is switched.")
    watts: WattsModel = Field(description="What it uses.")
    domains: list[DomainModel] = Field(description="The domains that are on it.")


class ServersModel(BaseModel):
    """Every server with its domains, in the order of the configuration."""

    servers: list[ServerModel] = Field(description="In the order of the configuration.")
