"""What addresses of the configuration may look like, each refused in words of its own."""

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from hall.core.config.addresses import bound_to_a_link, ends_in_a_number, nobodys

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
"""Between two dots, in lower case; Compose gives services names with underscores."""


def http_url(value: str) -> str:
    """A web address whose host HTTP clients agree on; its scheme is in small letters."""
    parts = _url_parts(value)
    _without_password(parts)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{_masked(value)!r} is not a web address; expected http://… or https://…")
    if parts.username is not None:
        raise ValueError("names a user; expected a web address without one")
    if not reachable(parts.hostname):
        raise ValueError(
            f"{value!r} has no host name or IP address; expected letters, digits, hyphens and "
            "dots, and a name with other letters in its xn--… form"
        )
    _of_a_machine(parts.hostname)
    return parts.scheme + value[len(parts.scheme) :]


def origin(value: str) -> str:
    """A scheme, a host and at most a port (RFC 6454), as a browser writes them."""
    parts = _url_parts(value)
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not reachable(parts.hostname or "")
        or value != f"{parts.scheme}://{parts.netloc}"
        or parts.netloc != parts.netloc.lower()
        or "@" in parts.netloc
        or parts.netloc.endswith(":")
    ):
        raise ValueError(
            f"{_masked(value)!r} is not an origin; expected one like https://dash.example.org or "
            "http://192.168.1.5:8123, in lower case and without a path"
        )
    return value


def _without_password(parts: SplitResult | None) -> None:
    if parts is not None and parts.password is not None:
        raise ValueError(
            "holds a password; expected an address without one: this file is no secret"
        )


def _masked(value: str) -> str:
    """What was written, without what may be a password in it."""
    return re.sub(r"//.*@", "//…@", value, flags=re.DOTALL)


def docker_url(value: str) -> str:
    """An address of a Docker Engine, as it was written: tcp, unix, ssh or agent.

    Raises:
        ValueError: it is none of these, holds a password, or names no host that can be reached.
    """
    parts = _url_parts(value)
    _without_password(parts)
    _with_port(parts, value)
    if parts is not None and not parts.query and not parts.fragment:
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return value
        named = parts.hostname and reachable(parts.hostname)
        if named:
            _of_a_machine(str(parts.hostname))
        if parts.scheme in {"tcp", "agent"} and named and _only_host_and_port(parts):
            return value
        if parts.scheme == "ssh" and named:
            user_of(parts)
            return value
    raise ValueError(
        f"{_masked(value)!r} is not known; expected tcp://host:port, unix:///path/to.sock, "
        "ssh://user@host[:port] or agent://host:port"
    )


def user_of(parts: SplitResult) -> str | None:
    """The user that an address names, with what is percent-encoded there as it is meant."""
    return None if parts.username is None else user_name(unquote(parts.username))


def user_name(value: str) -> str:
    """A user as SSH may carry one (RFC 4252): which there are, only the server knows."""
    wrong = [one for one in value if unicodedata.category(one) in {"Cc", "Cs"}]
    if wrong:
        raise ValueError(
            f"{value!r} holds the control character U+{ord(wrong[0]):04X}; "
            "expected a user name like hall"
        )
    if value.startswith("-"):
        raise ValueError(
            f"{value!r} begins with a hyphen, as options do; expected a user name like hall"
        )
    if not value:
        raise ValueError("a user name is missing; expected one like hall")
    return value


def agent_url(value: str) -> str:
    """The address agent://host:port of an agent, as it was written.

    Raises:
        ValueError: it is not one; where only the port is missing, the text proposes it.
    """
    parts = _url_parts(value)
    _without_password(parts)
    _with_port(parts, value)
    named = parts is not None and parts.hostname and reachable(parts.hostname)
    if parts is None or not named or parts.scheme != "agent" or not _only_host_and_port(parts):
        raise ValueError(
            f"{_masked(value)!r} is not the address of an agent; expected agent://host:port"
        )
    _of_a_machine(str(parts.hostname))
    return value


def _with_port(parts: SplitResult | None, value: str) -> None:
    """An agent's port is the one thing that is forgotten."""
    if parts is None or parts.scheme != "agent" or not parts.hostname or parts.port:
        return
    if parts.username is None and reachable(parts.hostname):
        meant = parts._replace(netloc=f"{parts.netloc.rstrip(':')}:8765", path="").geturl()
        raise ValueError(f"{value!r} is missing its port, like {meant}")


def _only_host_and_port(parts: SplitResult) -> bool:
    return bool(parts.port) and parts.path in {"", "/"} and parts.username is None


def bare(url: str) -> bool:
    """Whether an address has neither query nor fragment, so that more can be appended."""
    return not re.search(r"[?#]", url)


def _url_parts(value: str) -> SplitResult | None:
    """The parts of an address; None when it is not one, or could break a header line."""
    try:
        parts = urlsplit(value)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if sound and not re.search(r"[\s\x00-\x1f\x7f]", value) else None


def reachable(host: str) -> bool:
    """Whether the host of an address can be asked for: what HTTP clients differ on is refused."""
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return "%" not in host and _is_ip(host)
    if ends_in_a_number(host.rstrip(".")):
        return False
    return len(host) <= 253 and re.fullmatch(rf"{_LABEL}(\.{_LABEL})*\.?", host) is not None  # noqa: PLR2004


def _of_a_machine(host: str) -> None:
    """Refuse an IP address that no machine has, or that needs its card named."""
    if not _is_ip(host):
        return
    address = ip_address(host)
    why = nobodys(address)
    if bound_to_a_link(address):
        why = why or "is of one link alone, and its card cannot be named here"
    if why is not None:
        raise ValueError(f"{host} {why}; expected the address of one machine")


def _is_ip(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True
