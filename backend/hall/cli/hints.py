"""What to type instead, where the gateway's answer alone does not tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from hall.cli.client import Gateway, GatewayError, Thing, UnreachableError


@contextmanager
def hinting(gateway: Gateway, thing: Thing) -> Iterator[None]:
    """Add to a refusal what the caller can type."""
    try:
        yield
    except GatewayError as error:
        if (hint := _hint(gateway, thing, error.refusal)) is None:
            raise
        raise GatewayError(f"{error}; {hint}", error.refusal) from None


def _hint(gateway: Gateway, thing: Thing, refusal: str) -> str | None:
    if refusal in {"held", "closed"}:
        option = " --server" if thing.is_server else ""
        return f"an admin may: hall wake {thing.name} --now{option}"
    other = Thing(thing.name, is_server=not thing.is_server)
    if refusal not in {"unknown_domain", "unknown_server"} or not _known(gateway, other):
        return None
    if other.is_server:
        return f"{other.name} is a server: add --server"
    return f"{other.name} is a domain: leave out --server"


def _known(gateway: Gateway, thing: Thing) -> bool:
    try:
        gateway.look(thing)
    except (GatewayError, UnreachableError):
        return False
    return True
