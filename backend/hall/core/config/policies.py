"""The policies of the configuration: who is kept awake, and when."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hall.core.config.base import Model
from hall.core.config.fields import LocalDate, Minutes, ZoneName
from hall.core.config.windows import ClosedDates, ExtraWindow, OpenWindow


class _Idling(Model):
    """What the policies that let a domain rest have in common."""

    idle_minutes: Minutes = Field(
        30, description="Minutes from the last activity until it is no longer needed."
    )
    min_awake_minutes: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)] = Field(
        10, description="Minutes that the server stays awake at least, once it is."
    )
    stop_containers_after: Minutes | None = Field(
        None,
        description="Minutes from the last activity until its containers are stopped, even while "
        "the server stays awake for another. Default: they stay.",
    )


class OnDemandPolicy(_Idling):
    """Woken by a visit, put to sleep when nobody uses it."""

    type: Literal["on_demand"] = Field(description="Woken by a visit.")


class ScheduledPolicy(_Idling):
    """Awake in opening windows, or open to visits in them."""

    type: Literal["scheduled"] = Field(description="Awake in opening windows, or open to visits.")
    timezone: ZoneName | None = Field(
        None, description="The time zone of the windows. Default: that of the gateway."
    )
    open: tuple[OpenWindow, ...] = Field((), description="The windows of every week.")
    closed: tuple[LocalDate | ClosedDates, ...] = Field(
        (), description="Dates on which no window of the week begins, once or every year."
    )
    extra: tuple[ExtraWindow, ...] = Field(
        (), description="Windows of single dates, once or every year, besides those of the week."
    )
    inside: Literal["awake", "on_demand"] = Field(
        "awake",
        description="What the windows mean: it is kept awake, or a visit may wake it and nobody "
        "keeps it awake.",
    )
    outside: Literal["closed", "on_demand"] = Field(
        "closed", description="What a visit means outside the windows."
    )
    margin_minutes: Annotated[float, Field(ge=0, le=240, allow_inf_nan=False)] = Field(
        2, description="Minutes before the opening, besides the usual time of a boot, to wake."
    )

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if not self.open and not self.extra:
            raise ValueError(
                'never opens; expected a window in "open", or one of a single date in "extra"'
            )
        return self

    @property
    def demands(self) -> bool:
        """Whether its windows want it awake; else they only let visits wake it."""
        return self.inside == "awake"


class AlwaysOnPolicy(Model):
    """Kept awake, and woken again when found asleep."""

    type: Literal["always_on"] = Field(description="Kept awake.")


class ActivityConfig(Model):
    """What counts as a domain's being in use, besides visits and reports."""

    traffic_kb_per_minute: Annotated[float, Field(gt=0, le=1e9)] | None = Field(
        200,
        description="Traffic of its containers, in kB a minute, from which on it is in use; "
        "null: traffic does not count.",
    )


Policy = Annotated[OnDemandPolicy | ScheduledPolicy | AlwaysOnPolicy, Field(discriminator="type")]
