"""What single values of the configuration may look like, each refused in words of its own."""

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
)


def _mac(value: str) -> str:
    digits = re.sub(r"[:.-]", "", value).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise ValueError(
            f"{value!r} is not a MAC address; expected six pairs like aa:bb:cc:dd:ee:ff"
        )
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _http_url(value: str) -> str:
    parts = _url_parts(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{value!r} is not a web address; expected http://… or https://…")
    if parts.username is not None:
        raise ValueError("expected a web address without user and password: this file is no secret")
    if not _reachable(parts.hostname):
        raise ValueError(
            f"{value!r} has no host name or IP address; expected letters, digits, hyphens and "
            "dots, and a name with other letters in its xn--… form"
        )
    return value


def _docker_url(value: str) -> str:
    parts = _url_parts(value)
    if parts is not None and not parts.query and not parts.fragment:
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return value
        named = parts.hostname and _reachable(parts.hostname)
        if parts.scheme == "tcp" and named and parts.port and parts.path in {"", "/"}:
            return value
    raise ValueError(f"{value!r} is not known; expected tcp://host:port or unix:///path/to.sock")


def _url_parts(value: str) -> SplitResult | None:
    """The parts of an address; None when it is not one, or could break a header line."""
    try:
        parts = urlsplit(value)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if sound and not re.search(r"[\s\x00-\x1f\x7f]", value) else None


def _reachable(host: str) -> bool:
    """Whether the host of an address can be asked for: what HTTP clients differ on is refused."""
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return "%" not in host and _is_ip(host)
    return len(host) <= 253 and re.fullmatch(rf"{_LABEL}(\.{_LABEL})*\.?", host) is not None  # noqa: PLR2004


def _is_ip(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def bare(url: str) -> bool:
    """Whether an address has neither query nor fragment, so that more can be appended."""
    return not re.search(r"[?#]", url)


def _ip(value: object) -> object:
    if isinstance(value, IPv4Address | IPv6Address):
        return value
    return _checked_ip(value) if isinstance(value, str) else _refuse("an IP address in quotes")


def _checked_ip(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError(
            f"{value!r} is not an IP address; expected one like 192.168.1.20"
        ) from None


def _network(value: object) -> object:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    return _checked_network(value) if isinstance(value, str) else _refuse("a network in quotes")


def _checked_network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a network; expected {_meant(value)}") from None


def _meant(network: str) -> str:
    try:
        return f"{ip_network(network, strict=False)}, or the address without its /"
    except ValueError:
        return "CIDR like 192.168.1.0/24, or one address"


def _refuse(expected: str) -> object:
    raise ValueError(f"expected {expected}")


def _host(value: str) -> str:
    """A mistyped address must not pass for a name."""
    if ":" in value or re.fullmatch(r"[0-9.]+", value):
        return _checked_ip(value)
    if not re.fullmatch(HOST_NAME, value):
        raise ValueError(f"{value!r} is not a host name; expected one like nas.lan, or an address")
    return value.lower()


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


IDENTIFIER = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
HOST_NAME = r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$"
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
"""Between two dots, in lower case; Compose gives services names with underscores."""
COLOUR = r"^#[0-9a-fA-F]{6}$"

PATTERNS = {
    IDENTIFIER: "lower-case letters, digits and hyphens, like client1",
    HOST_NAME: "a host name like client1.example.org",
    COLOUR: "a colour like #1a6f5b",
}
"""What each pattern means, in words."""

Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Address = Annotated[IPv4Address | IPv6Address, BeforeValidator(_ip)]
Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
HostName = Annotated[str, StringConstraints(to_lower=True, pattern=HOST_NAME)]
Host = Annotated[str, AfterValidator(_host)]
Mac = Annotated[str, AfterValidator(_mac)]
Macs = Annotated[
    tuple[Mac, ...],
    BeforeValidator(_one_or_many, json_schema_input_type=Mac | tuple[Mac, ...]),
    Field(min_length=1),
]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
DockerUrl = Annotated[str, AfterValidator(_docker_url)]
ConfigFile = Annotated[str, StringConstraints(min_length=1), AfterValidator(_file)]
"""A file: a relative path counts from the folder that the validation context names."""
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
