"""A server: how it is reached, woken, put to sleep, and how long each may take."""

from typing import Annotated

from pydantic import Field

from hall.core.config.base import Model
from hall.core.config.fields import Host, Seconds
from hall.core.config.methods import (
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


class ServerDeadlines(Model):
    """How long the server may take: a wake for each link, and what is done over SSH."""

    network: Seconds = Field(120, description="Seconds from the first packet to the network.")
    docker: Seconds = Field(90, description="Seconds from the network to Docker.")
    sleep: Seconds = Field(60, description="Seconds from the sleep order to silence.")
    login: Seconds = Field(30, description="Seconds that an SSH login may take.")
    command: Seconds = Field(60, description="Seconds that the sleep command may run over SSH.")


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
