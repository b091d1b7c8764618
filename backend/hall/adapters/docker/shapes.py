"""The parts of the Engine API's JSON that Hall reads; all else is passed over.

Source: https://docs.docker.com/reference/api/engine/version/v1.41/ (Docker 20.10) and later.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_pascal

from hall.core.facts import Container, Need

SERVICE = "com.docker.compose.service"
PROJECT = "com.docker.compose.project"
ONE_OFF = "com.docker.compose.oneoff"
NEEDS = "com.docker.compose.depends_on"

HEALTH_EVERY_S = 30.0
"""The engine's default interval of a HEALTHCHECK."""

_UNENDED = frozenset({"created", "running", "paused"})


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, frozen=True)


def _or_empty(value: object) -> object:
    """Go writes an empty list or map as null."""
    return {} if value is None else value


Labels = Annotated[dict[str, str], BeforeValidator(_or_empty)]


class Listed(_Shape):
    """A line of ``GET /containers/json``."""

    id: str
    labels: Labels = Field(default_factory=dict)


class _Run(_Shape):
    exit_code: int


class _Health(_Shape):
    status: str
    log: list[_Run] | None = None


class _State(_Shape):
    status: str
    exit_code: int
    health: _Health | None = None


class _Healthcheck(_Shape):
    """Intervals in nanoseconds; 0 stands for the engine's default."""

    interval: int = 0

    @property
    def every_s(self) -> float:
        """Seconds from one run to the next."""
        return self.interval / 1e9 or HEALTH_EVERY_S


class _Config(_Shape):
    labels: Labels = Field(default_factory=dict)
    healthcheck: _Healthcheck | None = None


class Inspected(_Shape):
    """The answer of ``GET /containers/{id}/json``."""

    name: str
    state: _State
    config: _Config

    @property
    def plain_name(self) -> str:
        """Its name without Docker's slash."""
        return self.name.removeprefix("/")

    def container(self) -> Container:
        """The container as Hall knows it."""
        state, labels, checked = self.state, self.config.labels, self.config.healthcheck
        health = state.health if state.health and state.health.status != "none" else None
        ended = state.status not in _UNENDED or state.exit_code != 0
        return Container(
            name=self.plain_name,
            state=state.status,
            health=health.status if health else None,
            exit_code=state.exit_code if ended else None,
            health_exit=health.log[-1].exit_code if health and health.log else None,
            health_every_s=checked.every_s if health and checked else None,
            service=labels.get(SERVICE),
            needs=needs_of(labels.get(NEEDS, "")),
        )


class _Actor(_Shape):
    attributes: Labels = Field(default_factory=dict)


class Event(_Shape):
    """A line of ``GET /events``."""

    action: str
    actor: _Actor
    time_nano: int = Field(alias="timeNano")


Listing = TypeAdapter(list[Listed])


def needs_of(label: str) -> tuple[Need, ...]:
    """What a container waits for, from Compose's label ``db:service_healthy:false,cache``.

    The last part (restart) is not read; the condition may be absent in older releases.
    """
    entries = (entry.split(":") for entry in label.split(",") if entry)
    return tuple(Need(entry[0], *entry[1:2]) for entry in entries)
