"""The parts of the Engine API's JSON that Hall reads; all else is passed over.

Source: https://docs.docker.com/reference/api/engine/version/v1.41/ (Docker 20.10) and later.
"""

from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_pascal

from hall.core.model.container import SHARED, Container, Dependency, RunningContainer

SERVICE_LABEL = "com.docker.compose.service"
PROJECT_LABEL = "com.docker.compose.project"
ONE_OFF = "com.docker.compose.oneoff"
NEEDS = "com.docker.compose.depends_on"
SHARED_MODE = "container:"
KEEP_AWAKE_LABEL = "hall.keep-awake"
IGNORE = "hall.ignore"
WAIT = "hall.wait"

_NO = frozenset({"false", "0", "no"})
_BRING_BACK = frozenset({"always", "unless-stopped"})
_NEVER = "0001-"
_IN_DOCKERS_WORDS = {"configured": "created", "initialized": "created", "stopped": "exited"}
"""What Podman calls some states of its own (libpod/define/containerstate.go)."""

_UNENDED = frozenset({"created", "running", "paused"})


def _without_nulls(value: object) -> object:
    """The same without what Go wrote as null: a list, map or object of which there is none."""
    match value:
        case dict():
            return {key: _without_nulls(one) for key, one in value.items() if one is not None}
        case list():
            return [_without_nulls(one) for one in value if one is not None]
        case _:
            return value


class _Shape(BaseModel):
    """Null is read like absent, everywhere."""

    model_config = ConfigDict(alias_generator=to_pascal, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return _without_nulls(value)


Labels = dict[str, str]


class _RestartPolicy(_Shape):
    """``name`` is no, on-failure, always, unless-stopped; Podman also leaves it empty."""

    name: str = ""


class _HostConfig(_Shape):
    """``network_mode`` is host, none, container:<id>, or the name of a network.

    ``links`` are like ``/db:/web/alias``.
    """

    network_mode: str = ""
    pid_mode: str = ""
    ipc_mode: str = ""
    links: list[str] = Field(default_factory=list)
    restart_policy: _RestartPolicy = _RestartPolicy()
    port_bindings: dict[str, object] = Field(default_factory=dict)
    publish_all_ports: bool = False

    @property
    def leans_on(self) -> tuple[str, ...]:
        """The ids or names of containers that must run before Docker starts this one.

        Not those of ``VolumesFrom``: they need only exist.
        """
        modes = (self.network_mode, self.pid_mode, self.ipc_mode)
        shared = [mode.removeprefix(SHARED_MODE) for mode in modes if SHARED_MODE in mode]
        linked = [link.partition(":")[0].removeprefix("/") for link in self.links]
        return tuple(dict.fromkeys((*shared, *linked)))

    @property
    def publishes(self) -> bool:
        """Whether it has ports on its host."""
        return self.publish_all_ports or bool(self.port_bindings)


class Listed(_Shape):
    """One container of ``GET /containers/json``, as far as Hall reads it."""

    id: str
    names: list[str] = Field(default_factory=list)
    labels: Labels = Field(default_factory=dict)
    host_config: _HostConfig = _HostConfig()

    @property
    def plain_names(self) -> set[str]:
        """Its name without Docker's slash; links of old give it more than one."""
        return {name.removeprefix("/") for name in self.names}


class _Run(_Shape):
    exit_code: int | None = None


class _Health(_Shape):
    """``status`` is none without a HEALTHCHECK; Podman then leaves it empty."""

    status: str = ""
    log: list[_Run] = Field(default_factory=list)

    @property
    def is_there(self) -> bool:
        """Whether there is a HEALTHCHECK at all."""
        return self.status not in {"", "none"}


class _State(_Shape):
    """``pid`` is 0 unless it runs; a time of the year 1 stands for never."""

    status: str
    exit_code: int | None = None
    started_at: str = ""
    finished_at: str = ""
    pid: int = 0
    health: _Health | None = None


class _Config(_Shape):
    labels: Labels = Field(default_factory=dict)


class _Endpoint(_Shape):
    """A container in one network; what it has no address of is empty."""

    ipv4: str = Field("", alias="IPAddress")
    ipv6: str = Field("", alias="GlobalIPv6Address")


class _NetworkSettings(_Shape):
    networks: dict[str, _Endpoint] = Field(default_factory=dict)


class Inspected(_Shape):
    """The answer of ``GET /containers/{id}/json``, as far as Hall reads it."""

    id: str = ""
    name: str
    state: _State
    config: _Config = _Config()
    host_config: _HostConfig = _HostConfig()
    network_settings: _NetworkSettings = _NetworkSettings()

    @property
    def plain_name(self) -> str:
        """The container's name without the slash that Docker puts before it."""
        return self.name.removeprefix("/")

    def container(self) -> Container:
        """The container as Hall knows it."""
        state, labels = self.state, self.config.labels
        health = state.health if state.health and state.health.is_there else None
        status = _IN_DOCKERS_WORDS.get(state.status, state.status)
        ended = status not in _UNENDED or state.exit_code != 0
        return Container(
            name=self.plain_name,
            state=status,
            health=health.status if health else None,
            exit_code=state.exit_code if ended else None,
            health_exit=health.log[-1].exit_code if health and health.log else None,
            depends_on=(*needs_of(labels.get(NEEDS, "")), *self._leans()),
            restarts=self.host_config.restart_policy.name in _BRING_BACK,
            publishes=self.host_config.publishes,
            began_at=engine_instant(state.started_at),
            ended_at=engine_instant(state.finished_at),
            **said_by(labels),
        )

    def _leans(self) -> Iterator[Dependency]:
        return (Dependency(key, SHARED) for key in self.host_config.leans_on)

    def running(self) -> RunningContainer:
        """The container as one that runs; without a network of its own it has no address."""
        networks = self.network_settings.networks.values()
        addresses = (address for one in networks for address in (one.ipv4, one.ipv6))
        return RunningContainer(
            name=self.plain_name,
            pid=self.state.pid,
            addresses=tuple(filter(None, addresses)),
            keep_awake=wished(self.config.labels.get(KEEP_AWAKE_LABEL)),
        )


class _Counters(BaseModel):
    rx_bytes: int | None = None
    tx_bytes: int | None = None

    @property
    def total(self) -> int | None:
        """Both together; None when one is not told."""
        if self.rx_bytes is None or self.tx_bytes is None:
            return None
        return self.rx_bytes + self.tx_bytes


class Stats(BaseModel):
    """The answer of ``GET /containers/{id}/stats``; one that does not run has no ``networks``.

    One with the network of the host has none either, and then only ``read`` tells them apart:
    Go's zero time when there was nothing to read.
    """

    read: str | None = None
    networks: dict[str, _Counters | None] | None = None

    @property
    def runs(self) -> bool:
        """Whether there was anything to read."""
        unread = self.read is None or self.read.startswith(_NEVER)
        return self.networks is not None or not unread

    @property
    def total(self) -> int | None:
        """Bytes received and sent over all its networks; None when that is not all told."""
        totals = [one.total if one else None for one in (self.networks or {}).values()]
        return sum(filter(None, totals)) if totals and None not in totals else None


class _Actor(_Shape):
    attributes: dict[str, object] = Field(default_factory=dict)

    def says(self, key: str) -> str | None:
        """One attribute; None when it is absent, or no text."""
        value = self.attributes.get(key)
        return value if isinstance(value, str) else None


class EngineEvent(_Shape):
    """A line of ``GET /events``; without its time it cannot be gone on from."""

    action: str
    actor: _Actor = _Actor()
    time_nano: int | None = Field(None, alias="timeNano")


_TIME = TypeAdapter(AwareDatetime)
_NO_NULLS = BeforeValidator(lambda value: _without_nulls(value) or [])
Listing = TypeAdapter(Annotated[list[Listed], _NO_NULLS])
JsonRows = TypeAdapter(Annotated[list[dict[str, Any]], _NO_NULLS])
"""Go writes a list of which there is nothing as null, too."""


class EngineSaid(TypedDict):
    """What labels say of a container."""

    service: str | None
    awaited: bool
    ignored: bool


def said_by(labels: Labels) -> EngineSaid:
    """The parts of a container that stand in its labels."""
    return EngineSaid(
        service=labels.get(SERVICE_LABEL),
        awaited=wished(labels.get(WAIT), else_=True),
        ignored=wished(labels.get(IGNORE)),
    )


def engine_instant(time: str) -> float | None:
    """Seconds since the epoch; None for never, and for what is no time."""
    try:
        at = _TIME.validate_python(time)
    except ValidationError:
        return None
    return None if at.year == 1 else at.timestamp()


def wished(label: str | None, *, else_: bool = False) -> bool:
    """What a label of Hall's says: yes, unless it is false, 0 or no; ``else_`` without one."""
    return else_ if label is None else label.strip().lower() not in _NO


def needs_of(label: str) -> tuple[Dependency, ...]:
    """What a container waits for, from Compose's label ``db:service_healthy:false,cache``.

    The last part (restart) is not read; the condition may be absent in older releases.
    """
    entries = (entry.split(":") for entry in label.split(",") if entry)
    return tuple(Dependency(entry[0], *entry[1:2]) for entry in entries)
