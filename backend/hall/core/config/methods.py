"""The ways to a server: to see its network and its Docker, to wake it, to put it to sleep.

A new way to wake or sleep is one model here, in the union of its kind, and one adapter.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hall.core.config.addresses import address_of, bound_to_a_link
from hall.core.config.base import Model, SecretSource
from hall.core.config.fields import (
    HEADER_NAME,
    PROGRAM_NAME,
    SERVER_FILE,
    Addresses,
    AgentUrl,
    ConfigFile,
    DockerUrl,
    HostKeys,
    HttpUrl,
    Macs,
    NetworkCard,
    Port,
    Seconds,
    UserName,
)


class _NetworkCheck(Model):
    while_asleep: Literal["look", "leave_alone"] = Field(
        "look",
        description="leave_alone: no look goes to it while it sleeps, for one that any packet "
        "wakes. Then Hall does not see that it came up by itself.",
    )


class PingCheck(_NetworkCheck):
    """See the server's network by ICMP echo."""

    method: Literal["ping"] = Field("ping", description="ICMP echo.")


class TcpCheck(_NetworkCheck):
    """See the server's network by a TCP connect, where ping is filtered."""

    method: Literal["tcp"] = Field(description="TCP connect.")
    port: Port = Field(description="A port that answers as soon as the network is up, like 22.")


class WolWake(Model):
    """Wake-on-LAN: the magic packet of AMD's white paper 20213, over UDP."""

    method: Literal["wol"] = Field(description="Wake-on-LAN.")
    mac: Macs = Field(description="MAC address of the server's network card, or a list of several.")
    destinations: Addresses | None = Field(
        None,
        description="Where packets go. Default: the directed broadcast of the local network that "
        "holds the server, the global broadcast, and the server's own address.",
    )
    interface: NetworkCard | None = Field(
        None,
        description="The gateway's network card to send by, its name like eth0 or its address. "
        "Default: the one whose network holds the server.",
    )
    port: Port = Field(9, description="UDP port of the packets.")
    secureon: SecretSource | None = Field(
        None, description="Where the SecureOn password is read from: six pairs like a MAC."
    )

    @model_validator(mode="after")
    def _sendable(self) -> Self:
        source, hosts = address_of(self.interface or ""), self.destinations
        if source is not None and hosts and all(one.version != source.version for one in hosts):
            raise ValueError(
                f'none of the destinations can be reached from {source}; expected "interface" of '
                "the same IP version, or the name of the card"
            )
        return self

    @model_validator(mode="after")
    def _each_on_its_link(self) -> Self:
        if self.interface is not None and address_of(self.interface) is None:
            return self
        for host in self.destinations or ():
            if bound_to_a_link(host):
                raise ValueError(
                    f"{host} is of one link alone; expected its card too, {host}%eth0, or the "
                    'name of the card as "interface"'
                )
        return self


class TlsConfig(Model):
    """TLS client certificates for Docker's TCP socket."""

    ca: ConfigFile = Field(
        description="Path of the authority that signed the engine's certificate, PEM."
    )
    cert: ConfigFile = Field(description="Path of Hall's client certificate, PEM.")
    key: ConfigFile = Field(description="Path of the key of that certificate, PEM.")


class DockerConfig(Model):
    """How the server's Docker Engine is seen."""

    url: DockerUrl = Field(
        description="tcp://host:port, unix:///path/to.sock, ssh://user@host[:port] (optionally "
        "with the path of the socket there), or agent://host:port."
    )
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


class Header(Model):
    """One header of a request, with its value here or in a secret."""

    name: Annotated[str, StringConstraints(pattern=HEADER_NAME)] = Field(
        description="Its name, like Authorization."
    )
    value: str | SecretSource = Field(description="Its value, or where it is read from.")


class Webhook(Model):
    """An HTTP request that gives an order, to a smart plug, a BMC or a home automation."""

    method: Literal["webhook"] = Field(description="HTTP request.")
    url: HttpUrl = Field(description="The address that is asked.")
    verb: Literal["POST", "PUT", "GET", "PATCH", "DELETE"] = Field(
        "POST", description="The HTTP method."
    )
    headers: tuple[Header, ...] = Field((), description="Headers to send.")
    body: str | None = Field(None, description="The body, as it is sent.")
    expect_status: tuple[Annotated[int, Field(ge=200, le=599)], ...] = Field(
        (), description="Statuses that mean done. Default: any from 200 to 299."
    )
    verify_tls: bool = Field(default=True, description="Whether its certificate must be valid.")


class CommandWake(Model):
    """A program on the gateway that wakes the server, like ipmitool."""

    method: Literal["command"] = Field(description="A program on the gateway.")
    run: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="The program and its arguments, as a list; no shell reads it."
    )
    timeout_seconds: Seconds = Field(
        30, description="Seconds that the program may run; then it is ended, and tried again."
    )


class SshConfig(Model):
    """How Hall logs in to the server, to look at its Docker or to put it to sleep."""

    user: UserName | None = Field(None, description="The user there. Default: that of the URL.")
    port: Port = Field(22, description="The port of the SSH server.")
    key: ConfigFile = Field(description="Path of Hall's private key, without a passphrase.")
    host_key: HostKeys = Field(
        description="The server's own public key, or a list of them, as in "
        "/etc/ssh/ssh_host_ed25519_key.pub: ssh-ed25519 AAAA…"
    )


class AgentConfig(Model):
    """How Hall speaks with its agent on the server."""

    url: AgentUrl | None = Field(
        None, description="agent://host:port. Default: that of docker, or the server, port 8765."
    )
    key: SecretSource = Field(description="Where the key that both share is read from.")
    ca: ConfigFile | None = Field(
        None, description="Path of the authority of the agent's certificate, PEM; means TLS."
    )


class SshSleep(Model):
    """A command over SSH that puts the server to sleep."""

    method: Literal["ssh"] = Field(description="A command over SSH.")
    user: UserName | None = Field(None, description="The user there. Default: that of ssh.")
    command: Annotated[str, StringConstraints(min_length=1)] = Field(
        "systemctl suspend", description="The command; the user's shell on the server reads it."
    )


class AgentSleep(Model):
    """The agent on the server puts it to sleep."""

    method: Literal["agent"] = Field(description="Hall's agent on the server.")


class GuardsConfig(Model):
    """What must be quiet on the server before it is put to sleep."""

    sessions: bool = Field(default=True, description="Nobody is logged in.")
    load: Annotated[float, Field(gt=0, le=100)] | None = Field(
        0.5, description="The load average of the last minute, per CPU, is under this; null: any."
    )
    inhibitors: bool = Field(default=True, description="No program inhibits sleep (systemd).")
    connections: bool = Field(
        default=True, description="No connection from outside into a container is open."
    )
    ports: tuple[Port, ...] = Field(
        (), description="No connection from outside into these ports of the server itself is open."
    )
    processes: tuple[Annotated[str, StringConstraints(pattern=PROGRAM_NAME)], ...] = Field(
        (), description="None of these programs runs, by name: borg, rsync."
    )
    lock_files: tuple[Annotated[str, StringConstraints(pattern=SERVER_FILE)], ...] = Field(
        (), description="None of these files exists on the server."
    )
    every_seconds: Seconds = Field(
        60, description="Seconds until a server that was busy is asked again."
    )


class PowerConfig(Model):
    """What the server uses, for the record and for the simulation."""

    awake_watts: Annotated[float, Field(ge=0, le=100_000)] = Field(80, description="Awake, in W.")
    asleep_watts: Annotated[float, Field(ge=0, le=100_000)] = Field(3, description="Asleep, in W.")
    price_per_kwh: Annotated[float, Field(ge=0, le=1000)] = Field(
        0.25, description="Price of a kWh, in the currency."
    )
    currency: Annotated[str, StringConstraints(min_length=1, max_length=8)] = Field(
        "EUR", description="The currency of the price."
    )


WakeWay = Annotated[WolWake | Webhook | CommandWake, Field(discriminator="method")]
SleepWay = Annotated[SshSleep | AgentSleep | Webhook, Field(discriminator="method")]
