"""The configuration, as frozen models: what may stand in ``config/domains.json``.

Unknown keys are refused, every field is described, and references are checked. Secrets are never
values here: they are named by environment variable or file.
"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from hall.core.model import Model
from hall.core.policies import ActivityConfig, OnDemandPolicy, Policy
from hall.core.values import (
    COLOUR,
    ComposeName,
    ConfigFile,
    ContainerName,
    Host,
    HostName,
    HttpUrl,
    Identifier,
    Network,
    Origin,
    OwnNetwork,
    Seconds,
    Waker,
    ZoneName,
)
from hall.core.ways import (
    AgentConfig,
    DockerConfig,
    GuardsConfig,
    PingCheck,
    PowerConfig,
    SleepWay,
    SshConfig,
    TcpCheck,
    WakeWay,
)

RESERVED = frozenset({"_hall", "admin", "api", "assets", "favicon", "healthz", "metrics", "readyz"})
"""Domain ids that would collide with Hall's own paths."""

PRIVATE = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
"""Who may enter a domain that names nobody: this machine and private networks only."""


class AdminConfig(Model):
    """Who may act as an admin."""

    allow: tuple[OwnNetwork, ...] = Field(
        tuple(PRIVATE),  # type: ignore[arg-type]
        description="Networks (CIDR) and addresses of admins. Default: private ones only.",
    )
    hosts: tuple[HostName, ...] = Field(
        (),
        description="Host names under which admins may ask, besides IP addresses, names without "
        "a dot and those of local networks (.local, .lan, .home.arpa, .internal).",
    )


class WakersConfig(Model):
    """Which programs wake, where Hall's own table does not fit."""

    allow: tuple[Waker, ...] = Field(
        (), description="Programs whose requests wake: words of their User-Agent, any case."
    )
    deny: tuple[Waker, ...] = Field(
        (), description="Programs whose requests wake nothing. Wins over allow."
    )


class GatewayConfig(Model):
    """The gateway itself."""

    timezone: ZoneName = Field("UTC", description="The time zone of schedules, like Europe/Paris.")
    admin: AdminConfig = Field(AdminConfig(), description="Who may act as an admin.")
    trusted_proxies: tuple[OwnNetwork, ...] = Field(
        (),
        description="Front proxies whose X-Forwarded-For and -Host are believed, by CIDR. Through "
        "others nobody gets in.",
    )
    wakers: WakersConfig = Field(
        WakersConfig(), description="Which programs wake, besides browsers."
    )
    contact: str | None = Field(
        None, description="Whom visitors may ask for help: free text, an e-mail or a web address."
    )


class ServerDeadlines(Model):
    """How long the server may take: a wake for each link, and what is done over SSH."""

    network: Seconds = Field(120, description="Seconds from the first packet to the network.")
    docker: Seconds = Field(90, description="Seconds from the network to Docker.")
    sleep: Seconds = Field(60, description="Seconds from the sleep order to silence.")
    login: Seconds = Field(30, description="Seconds that an SSH login may take.")
    command: Seconds = Field(60, description="Seconds that the sleep command may run over SSH.")


class DomainDeadlines(Model):
    """How long a wake waits for each link of the domain before it fails."""

    containers: Seconds = Field(180, description="Seconds from Docker to all containers running.")
    app: Seconds = Field(90, description="Seconds from the containers to the expected answer.")


class RetryConfig(Model):
    """What happens after a wake failed."""

    attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="Wakes in a row, the first included, before Hall waits to be asked again."
    )
    gap_seconds: Seconds = Field(
        20, description="Seconds to the second attempt; each further gap is twice as long."
    )


class ServerConfig(Model):
    """A machine that sleeps."""

    name: str = Field(description="Its name, for people.", min_length=1)
    address: Host = Field(description="Its IP address, or its name on the LAN.")
    network: Annotated[PingCheck | TcpCheck, Field(discriminator="method")] = Field(
        PingCheck(), description="How to see that its network is up."
    )
    wake: WakeWay | None = Field(
        None, description="How to wake it; without, it must be woken by other means."
    )
    sleep: SleepWay | None = Field(
        None, description="How to put it to sleep; without, Hall never does."
    )
    ssh: SshConfig | None = Field(None, description="How to log in over SSH.")
    agent: AgentConfig | None = Field(None, description="How to speak with Hall's agent there.")
    guards: GuardsConfig = Field(
        GuardsConfig(), description="What must be quiet there before it is put to sleep."
    )
    power: PowerConfig = Field(PowerConfig(), description="What it uses.")
    docker: DockerConfig | None = Field(None, description="How to see its Docker Engine.")
    deadlines: ServerDeadlines = Field(
        ServerDeadlines(), description="How long it may take to answer, to let in, and to sleep."
    )
    retry: RetryConfig = Field(RetryConfig(), description="What happens after a wake failed.")


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
        tuple(PRIVATE),  # type: ignore[arg-type]
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


class Configuration(Model):
    """The whole of ``config/domains.json``."""

    schema_: str | None = Field(None, alias="$schema", description="The JSON Schema, for editors.")
    gateway: GatewayConfig = Field(GatewayConfig(), description="The gateway itself.")
    servers: dict[Identifier, ServerConfig] = Field(description="The machines that sleep, by id.")
    domains: dict[Identifier, DomainConfig] = Field(description="What visitors ask for, by id.")
