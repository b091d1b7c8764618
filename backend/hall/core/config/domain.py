"""A domain: its project, how it is asked, who may enter, and its page."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from hall.core.config.base import Model
from hall.core.config.fields import (
    COLOUR,
    PRIVATE_NETWORKS,
    ComposeName,
    ConfigFile,
    ContainerName,
    HostName,
    HttpUrl,
    Network,
    Origin,
    Seconds,
)
from hall.core.config.policies import ActivityConfig, OnDemandPolicy, Policy


class DomainDeadlines(Model):
    """How long a wake waits for each link of the domain before it fails."""

    containers: Seconds = Field(180, description="Seconds from Docker to all containers running.")
    app: Seconds = Field(90, description="Seconds from the containers to the expected answer.")


class ProjectConfig(Model):
    """The containers behind a domain."""

    compose: ComposeName | None = Field(None, description="Name of the Compose project.")
    containers: tuple[ContainerName, ...] = Field((), description="Or the containers by name.")
    leave_out: tuple[ContainerName, ...] = Field(
        (),
        description="Services and containers of it that Hall leaves alone: neither started, nor "
        "waited for, nor stopped. The label hall.ignore says the same of one container.",
    )
    wait_healthy: bool = Field(
        default=False,
        description="Whether every HEALTHCHECK must pass before visitors are let in, although the "
        "project answers already. Without a health URL they always must.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.compose is None) == (not self.containers):
            raise ValueError('expected exactly one of "compose" and "containers"')
        if twice := [one for one in self.containers if self.containers.count(one) > 1]:
            raise ValueError(f'{twice[0]!r} is named twice in "containers"')
        if both := sorted(set(self.containers) & set(self.leave_out)):
            raise ValueError(f'{both[0]!r} is named in "containers" and left out in "leave_out"')
        return self


class HealthConfig(Model):
    """The HTTP request of Hall's own that decides whether a project answers."""

    url: HttpUrl = Field(description="The address that is asked, with GET.")
    expect_status: tuple[Annotated[int, Field(ge=200, le=599)], ...] = Field(
        (),
        description="Statuses that count as an answer. Default: 2xx, 3xx, 401 and 403 at once; any "
        "other under 500 once each HEALTHCHECK has passed, for a proxy may say it by itself.",
    )
    expect_text: str | None = Field(None, description="Text that the body must hold.")
    host: HostName | None = Field(None, description="Host header to send, for a shared proxy.")
    timeout_seconds: Annotated[float, Field(gt=0, le=30)] = Field(
        2, description="Seconds for the whole answer once connected."
    )
    verify_tls: bool = Field(default=True, description="Whether its certificate must be valid.")


class AccessConfig(Model):
    """Who may enter a domain."""

    allow: tuple[Network, ...] = Field(
        tuple(PRIVATE_NETWORKS),  # type: ignore[arg-type]
        description="Networks (CIDR) and addresses that may enter. Default: private ones only.",
    )


class Message(Model):
    """A text for visitors, in both languages."""

    fr: str = Field(description="In French.")
    en: str = Field(description="In English.")


class PageConfig(Model):
    """How the waiting page of a domain looks."""

    message: Message | str | None = Field(None, description="A few words for its visitors.")
    accent: Annotated[str, StringConstraints(pattern=COLOUR)] | None = Field(
        None, description="Accent colour, #rrggbb."
    )
    logo: ConfigFile | None = Field(None, description="Path of an SVG, PNG or WebP file.")
    contact: str | None = Field(None, description="Whom to ask; default: the gateway's contact.")
    framed_by: tuple[Origin, ...] = Field(
        (), description="Origins whose pages may show it in a frame, like https://dash.example.org."
    )


class DomainConfig(Model):
    """What a visitor asks for."""

    name: str = Field(description="Its name, for people.", min_length=1)
    server: str = Field(description="The id of its server.")
    hosts: tuple[HostName, ...] = Field((), description="Host names that mean this domain.")
    url: HttpUrl = Field(description="Where visitors go once it is ready.")
    project: ProjectConfig | None = Field(None, description="Its containers.")
    health: HealthConfig | None = Field(None, description="How to ask whether it answers.")
    policy: Policy = Field(
        OnDemandPolicy(type="on_demand"), description="Who keeps it awake, and when."
    )
    activity: ActivityConfig = Field(
        ActivityConfig(), description="What counts as its being in use, besides visits."
    )
    deadlines: DomainDeadlines = Field(
        DomainDeadlines(), description="How long a wake waits for containers and app."
    )
    access: AccessConfig = Field(AccessConfig(), description="Who may enter.")
    page: PageConfig = Field(PageConfig(), description="How its waiting page looks.")
