"""The configuration as a whole."""

from pydantic import Field

from hall.core.config.base import Model
from hall.core.config.domain import DomainConfig
from hall.core.config.fields import Identifier
from hall.core.config.gateway import GatewayConfig
from hall.core.config.server import ServerConfig

RESERVED = frozenset({"_hall", "admin", "api", "assets", "favicon", "healthz", "metrics", "readyz"})
"""Domain ids that would collide with Hall's own paths."""


class Configuration(Model):
    """The whole of ``config/domains.json``."""

    schema_: str | None = Field(None, alias="$schema", description="The JSON Schema, for editors.")
    gateway: GatewayConfig = Field(GatewayConfig(), description="The gateway itself.")
    servers: dict[Identifier, ServerConfig] = Field(description="The machines that sleep, by id.")
    domains: dict[Identifier, DomainConfig] = Field(description="What visitors ask for, by id.")
