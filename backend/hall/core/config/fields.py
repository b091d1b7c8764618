"""What single values of the configuration may look like, each refused in words of its own."""

import re
from base64 import b64decode
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo

from hall.core.config.addresses import card, destination, mac, machine
from hall.core.config.urls import agent_url, docker_url, http_url, origin, reachable, user_name


def _host_key(value: str) -> str:
    """A public key as OpenSSH writes it (sshd(8), AUTHORIZED_KEYS FILE FORMAT), without comment."""
    words = value.split()
    if len(words) < 2 or not re.fullmatch(KEY_TYPE, words[0]) or not _base64(words[1]):  # noqa: PLR2004
        raise ValueError(
            f"{value!r} is not a public host key; expected one like ssh-ed25519 AAAA…, "
            "as in /etc/ssh/ssh_host_ed25519_key.pub on the server"
        )
    return " ".join(words[:2])


def _base64(value: str) -> bool:
    try:
        return len(b64decode(value, validate=True)) > 16  # noqa: PLR2004 - shorter is no key
    except ValueError:
        return False


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{value!r} is not a time zone; expected a name like Europe/Paris (IANA tz database)"
        ) from None
    return value


def _date(value: str) -> str:
    """A date without a year is of every year that has it: 02-29 is of leap years, like 2000."""
    try:
        date.fromisoformat(value if value.startswith("20") else f"2000-{value}")
    except ValueError:
        raise ValueError(f"{value!r} is not in the calendar; expected a day that exists") from None
    return value


def _ip(value: object) -> object:
    if isinstance(value, IPv4Address | IPv6Address):
        return value
    return destination(value) if isinstance(value, str) else _refuse("an IP address in quotes")


def _some(value: tuple[IPv4Address | IPv6Address, ...]) -> tuple[IPv4Address | IPv6Address, ...]:
    if not value:
        raise ValueError("an empty list sends nothing; expected addresses, or no such key")
    return value


def _network(value: object) -> object:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    return _checked_network(value) if isinstance(value, str) else _refuse("a network in quotes")


def _checked_network(value: str) -> str:
    try:
        return str(_unmapped(ip_network(value)))
    except ValueError:
        raise ValueError(f"{value!r} is not a network; expected {_meant(value)}") from None


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """IPv4 that is written mapped (RFC 4291, 2.5.5.2) is IPv4, as clients' addresses are."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))


def _meant(network: str) -> str:
    try:
        return f"{ip_network(network, strict=False)}, or the address without its /"
    except ValueError:
        return "CIDR like 192.168.1.0/24, or one address"


def _narrow(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if network.prefixlen == 0:
        raise ValueError(f"{str(network)!r} is everybody; expected networks that are yours")
    return network


def _refuse(expected: str) -> object:
    raise ValueError(f"expected {expected}")


def _host(value: str) -> str:
    """A mistyped address must not pass for a name."""
    if ":" in value or re.fullmatch(r"[0-9.]+", value):
        return machine(value)
    if not reachable(value.lower()):
        raise ValueError(f"{value!r} is not a host name; expected one like nas.lan, or an address")
    return value.lower()


def _compose(value: str) -> str:
    """The name of a project by Compose's rule, which its tools hold to."""
    if not re.fullmatch(COMPOSE_NAME, value):
        text = (
            "lower-case letters, digits, hyphens and underscores, as `docker compose ls` shows it"
        )
        meant = re.sub(r"[^a-z0-9_-]", "", value.lower()).lstrip("_-")
        raise ValueError(_no_name(value, "the name of a Compose project", text, meant))
    return value


def _container(value: str) -> str:
    """The name of a container by Docker's rule (moby: daemon/names)."""
    if not re.fullmatch(CONTAINER_NAME, value):
        text = "letters, digits, underscores, dots and hyphens, as `docker ps` shows it"
        raise ValueError(_no_name(value, "the name of a container", text, value.strip(" /")))
    return value


def _no_name(value: str, what: str, text: str, meant: str) -> str:
    proposed = f", like {meant}" if re.fullmatch(CONTAINER_NAME, meant) else ""
    return f"{value!r} is not {what}; expected {text}{proposed}"


def _one_or_many(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class FilePath(str):
    """The path of a file that the configuration names."""

    __slots__ = ()


def _file(value: str, info: ValidationInfo) -> FilePath:
    context: Mapping[str, str] = info.context or {}
    folder = context.get("folder")
    inside = folder is not None and not value.startswith("/")
    return FilePath(f"{folder}/{value}" if inside else value)


_MAPPED_BITS = 96

IDENTIFIER = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
_HOST_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST_NAME = rf"^{_HOST_LABEL}(\.{_HOST_LABEL})*$"
NAME_LIMIT = 253
"""How long a host name may be (RFC 1035, 2.3.4, without the dot at its end)."""
COLOUR = r"^#[0-9a-fA-F]{6}$"

COMPOSE_NAME = r"[a-z0-9][a-z0-9_-]*"
CONTAINER_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
KEY_TYPE = r"(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+"

_HH_MM = r"([01][0-9]|2[0-3]):[0-5][0-9]"
CLOCK_TIME = rf"^{_HH_MM}$"
CLOSING_TIME = rf"^({_HH_MM}|24:00)$"
LOCAL_DATE = r"^(20[0-9]{2}-)?[01][0-9]-[0-3][0-9]$"
HEADER_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
"""A token (RFC 9110, 5.1)."""
SERVER_FILE = r"^/[^\n]*$"
PROGRAM_NAME = r"^[^\s/]([^/\x00-\x1f\x7f]*[^\s/])?$"

WAKER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$"

PATTERNS = {
    IDENTIFIER: "lower-case letters, digits and hyphens, like client1",
    HOST_NAME: "a host name like client1.example.org",
    COLOUR: "a colour like #1a6f5b",
    HEADER_NAME: "a header name like Authorization",
    SERVER_FILE: "an absolute path like /run/backup.lock",
    PROGRAM_NAME: "a program's name without its folder, like borg or Plex Transcoder",
    WAKER: "one word of a program's User-Agent, without version, like uptime-kuma",
    CLOCK_TIME: "a time of day from 00:00 to 23:59, like 08:30",
    CLOSING_TIME: "a time of day from 00:00 to 24:00, like 18:30",
    LOCAL_DATE: "a date of this century like 2026-12-25, or of every year like 12-25",
}
"""What each pattern means, in words."""

Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
OwnNetwork = Annotated[Network, AfterValidator(_narrow)]
"""A network that is trusted: not everybody."""
PRIVATE_NETWORKS = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
"""Who may enter, or act as an admin, where nobody is named: this machine and private networks."""

Address = Annotated[IPv4Address | IPv6Address, BeforeValidator(_ip)]
Addresses = Annotated[
    tuple[Address, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})
]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
HostName = Annotated[
    str, StringConstraints(to_lower=True, pattern=HOST_NAME, max_length=NAME_LIMIT)
]
Host = Annotated[str, AfterValidator(_host)]
Mac = Annotated[str, AfterValidator(mac)]
NetworkCard = Annotated[str, AfterValidator(card)]
Macs = Annotated[
    tuple[Mac, ...],
    BeforeValidator(_one_or_many, json_schema_input_type=Mac | tuple[Mac, ...]),
    Field(min_length=1),
]
HttpUrl = Annotated[str, AfterValidator(http_url)]
Origin = Annotated[str, AfterValidator(origin)]
AgentUrl = Annotated[str, AfterValidator(agent_url)]
HostKey = Annotated[str, AfterValidator(_host_key)]
HostKeys = Annotated[
    tuple[HostKey, ...],
    BeforeValidator(_one_or_many, json_schema_input_type=HostKey | tuple[HostKey, ...]),
    Field(min_length=1),
]
ComposeName = Annotated[str, AfterValidator(_compose)]
ContainerName = Annotated[str, AfterValidator(_container)]
UserName = Annotated[str, AfterValidator(user_name)]
Waker = Annotated[str, StringConstraints(to_lower=True, pattern=WAKER)]
ClockTime = Annotated[str, StringConstraints(pattern=CLOCK_TIME)]
ClosingTime = Annotated[str, StringConstraints(pattern=CLOSING_TIME)]
LocalDate = Annotated[str, StringConstraints(pattern=LOCAL_DATE), AfterValidator(_date)]
ZoneName = Annotated[str, AfterValidator(_zone)]
DockerUrl = Annotated[str, AfterValidator(docker_url)]
ConfigFile = Annotated[str, StringConstraints(min_length=1), AfterValidator(_file)]
"""A file: a relative path counts from the folder that the validation context names."""
Minutes = Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
