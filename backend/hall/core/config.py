"""The configuration, as frozen models: what may stand in ``config/domains.json``.

Unknown keys are refused, every field is described, and references are checked. Secrets are never
values here: they are named by environment variable or file.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hall.core.values import (
    COLOUR,
    Address,
    ConfigFile,
    DockerUrl,
    Host,
    HostName,
    HttpUrl,
    Identifier,
    Macs,
    Network,
    Port,
    Seconds,
)

RESERVED = frozenset({"_hall", "admin", "api", "assets", "favicon", "healthz", "metrics", "readyz"})
"""Domain ids that would collide with Hall's own paths."""

PRIVATE = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
"""Who may enter a domain that names nobody: this machine and private networks only."""


class Model(BaseModel):
    """Base of all: frozen, closed, and with its defaults checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class SecretSource(Model):
    """Where a secret is read from: an environment variable, or a file."""

    env: str | None = Field(None, description="Name of the environment variable that holds it.")
    file: ConfigFile | None = Field(None, description="Path of the file that holds it.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError('expected exactly one of "env" and "file"')
        return self


class GatewayConfig(Model):
    """The gateway itself."""

    trusted_proxies: tuple[Network, ...] = Field(
        (),
        description="Front proxies whose X-Forwarded-For and -Host are believed, by CIDR.",
    )
    contact: str | None = Field(
        None, description="Whom visitors may ask for help: free text, an e-mail or a web address."
    )


class PingCheck(Model):
    """See the server's network by ICMP echo."""

    method: Literal["ping"] = Field("ping", description="ICMP echo.")


class TcpCheck(Model):
    """See the server's network by a TCP connect, where ping is filtered."""

    method: Literal["tcp"] = Field(description="TCP connect.")
    port: Port = Field(description="A port that answers as soon as the network is up, like 22.")


class WolWake(Model):
    """Wake-on-LAN: the magic packet of AMD's white paper 20213, over UDP."""

    method: Literal["wol"] = Field(description="Wake-on-LAN.")
    mac: Macs = Field(description="MAC address of the server's network card, or a list of several.")
    destinations: tuple[Address, ...] | None = Field(
        None,
        description="Where packets go. Default: the directed broadcast of the local network that "
        "holds the server, the global broadcast, and the server's own address.",
    )
    interface: Address | None = Field(
        None,
        description="Address of the gateway's network card to send from. Default: the one whose "
        "network holds the server.",
    )
    port: Port = Field(9, description="UDP port of the packets.")
    secureon: SecretSource | None = Field(
        None, description="Where the SecureOn password is read from: six pairs like a MAC."
    )


class TlsConfig(Model):
    """TLS client certificates for Docker's TCP socket."""

    ca: ConfigFile = Field(
        description="Path of the authority that signed the engine's certificate, PEM."
    )
    cert: ConfigFile = Field(description="Path of Hall's client certificate, PEM.")
    key: ConfigFile = Field(description="Path of the key of that certificate, PEM.")


class DockerConfig(Model):
    """How the server's Docker Engine is seen."""

    url: DockerUrl = Field(description="tcp://host:port or unix:///path/to.sock.")
    tls: TlsConfig | None = Field(None, description="Client certificates, for tcp://.")
    allow_plain: bool = Field(
        default=False, description="Allow tcp:// without TLS: whoever reaches that port owns it."
    )

    @model_validator(mode="after")
    def _no_plain_by_accident(self) -> Self:
        tcp = self.url.startswith("tcp:")
        if tcp and self.tls is None and not self.allow_plain:
            raise ValueError('tcp:// needs "tls", or "allow_plain": true if it is meant')
        if self.tls is not None and not tcp:
            raise ValueError('"tls" is for tcp:// only')
        return self


class ServerDeadlines(Model):
    """How long a wake waits for each link of the server before it fails."""

    network: Seconds = Field(120, description="Seconds from the first packet to the network.")
    docker: Seconds = Field(90, description="Seconds from the network to Docker.")


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
    wake: Annotated[WolWake, Field(discriminator="method")] | None = Field(
        None, description="How to wake it; without, it must be woken by other means."
    )
    docker: DockerConfig | None = Field(None, description="How to see its Docker Engine.")
    deadlines: ServerDeadlines = Field(
        ServerDeadlines(), description="How long a wake waits for network and Docker."
    )
    retry: RetryConfig = Field(RetryConfig(), description="What happens after a wake failed.")


class ProjectConfig(Model):
    """The containers behind a domain."""

    compose: str | None = Field(None, description="Name of the Compose project.", min_length=1)
    containers: tuple[str, ...] = Field((), description="Or the containers by name.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.compose is None) == (not self.containers):
            raise ValueError('expected exactly one of "compose" and "containers"')
        return self


class HealthConfig(Model):
    """The HTTP request of Hall's own that decides whether a project answers."""

    url: HttpUrl = Field(description="The address that is asked, with GET.")
    expect_status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = Field(
        (), description="Statuses that count as an answer. Default: any under 500."
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


class DomainConfig(Model):
    """What a visitor asks for."""

    name: str = Field(description="Its name, for people.", min_length=1)
    server: str = Field(description="The id of its server.")
    hosts: tuple[HostName, ...] = Field((), description="Host names that mean this domain.")
    url: HttpUrl = Field(description="Where visitors go once it is ready.")
    project: ProjectConfig | None = Field(None, description="Its containers.")
    health: HealthConfig | None = Field(None, description="How to ask whether it answers.")
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


Place = tuple[str | int, ...]
"""The way to a value: keys of objects, and indexes of lists."""


def cross_check(config: Configuration) -> list[tuple[Place, str]]:
    """What is wrong between the parts: pairs of a place in the file and what was expected."""
    problems: list[tuple[Place, str]] = []
    taken: dict[str, str] = {}
    for name, domain in config.domains.items():
        problems += _domain_problems(name, domain, config)
        for index, host in enumerate(domain.hosts):
            if taken.setdefault(host, name) != name:
                text = f"{host!r} belongs to domain {taken[host]!r} already"
                problems.append((("domains", name, "hosts", index), text))
    return problems


def _domain_problems(
    name: str, domain: DomainConfig, config: Configuration
) -> list[tuple[Place, str]]:
    problems: list[tuple[Place, str]] = []
    if name in RESERVED:
        problems.append((("domains", name), f"{name!r} is a path of Hall's own; choose another id"))
    server = config.servers.get(domain.server)
    if server is None:
        known = ", ".join(sorted(config.servers)) or "none"
        text = f"no server {domain.server!r}; expected one of: {known}"
        problems.append((("domains", name, "server"), text))
    elif domain.project is not None and server.docker is None:
        text = f'server {domain.server!r} has no "docker" to look for containers in'
        problems.append((("domains", name, "project"), text))
    return problems
