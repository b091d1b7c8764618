"""The gateway itself: where it listens, whom it trusts, who wakes."""

from pydantic import Field

from hall.core.config.base import Model
from hall.core.config.fields import PRIVATE_NETWORKS, HostName, OwnNetwork, Waker, ZoneName


class AdminConfig(Model):
    """Who may act as an admin."""

    allow: tuple[OwnNetwork, ...] = Field(
        tuple(PRIVATE_NETWORKS),  # type: ignore[arg-type]
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
    looks_per_second: float = Field(
        200,
        ge=1,
        le=10_000,
        description="How many looks a second Hall makes at most at servers and projects at rest; "
        "with more of them, their intervals stretch. Wakes are not counted.",
    )
    contact: str | None = Field(
        None, description="Whom visitors may ask for help: free text, an e-mail or a web address."
    )
