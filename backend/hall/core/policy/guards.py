"""Is the server busy? What it says of itself, against what must be quiet before it sleeps."""

from collections.abc import Iterator
from dataclasses import fields

from hall.core.config.methods import GuardsConfig
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from hall.core.model.reason import Reason, because
from hall.core.model.sleep_phase import GuardsKnown

SHOWN_NAMES = 5
"""How many names a reason tells; more are counted."""


def busy(guards: GuardsKnown, limits: GuardsConfig) -> tuple[Reason, ...]:
    """Every guard that speaks against sleep; one that could not be read does."""
    if guards.report is None:
        return (because("guard_silent", why=guards.why),)
    return tuple(_busy(guards.report, limits))


def unread(guards: GuardsKnown) -> tuple[str, ...]:
    """The guards that could not be read, by name; ``all`` when the server could not be asked."""
    report = guards.report
    if report is None:
        return ("all",)
    names = (one.name for one in fields(report))
    return tuple(name for name in names if isinstance(getattr(report, name), Unreadable))


def _busy(report: GuardReport, limits: GuardsConfig) -> Iterator[Reason]:
    yield from _named("guard_sessions", report.sessions)
    yield from _load(report.load, limits)
    yield from _named("guard_inhibitors", report.inhibitors)
    yield from _named("guard_processes", report.processes)
    yield from _named("guard_lock_files", report.lock_files)
    yield from _connected(report.connections)
    yield from _used(report.ports)
    yield from _named("guard_keep_awake", report.keep_awake)


def _named(code: str, found: tuple[str, ...] | Unreadable | None) -> Iterator[Reason]:
    if isinstance(found, Unreadable):
        yield _unread(code.removeprefix("guard_"), found)
    elif found:
        yield because(code, names=in_words(found))


def _load(load: float | Unreadable | None, limits: GuardsConfig) -> Iterator[Reason]:
    if isinstance(load, Unreadable):
        yield _unread("load", load)
    elif load is not None and limits.load is not None and load >= limits.load:
        yield because("guard_load", load=round(load, 2), limit=limits.load)


def _connected(found: tuple[ConnectionCount, ...] | Unreadable | None) -> Iterator[Reason]:
    if isinstance(found, Unreadable):
        yield _unread("connections", found)
    elif found:
        names = tuple(f"{one.container} ({one.count})" for one in found)
        yield because("guard_connections", names=in_words(names))


def _used(found: tuple[PortUse, ...] | Unreadable | None) -> Iterator[Reason]:
    if isinstance(found, Unreadable):
        yield _unread("ports", found)
    elif found:
        ports = tuple(f"{one.port} ({one.count})" for one in found)
        yield because("guard_ports", ports=in_words(ports))


def _unread(guard: str, unread: Unreadable) -> Reason:
    return because("guard_unread", guard=guard, why=unread.why)


def in_words(names: tuple[str, ...]) -> str:
    """The first ``SHOWN_NAMES`` names, with commas; ``+n`` stands for the others."""
    more = f" +{len(names) - SHOWN_NAMES}" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


def together(reasons: tuple[Reason, ...]) -> Reason:
    """Several reasons as one; there must be at least one."""
    first, *others = reasons
    return because("both", one=first, other=together(tuple(others))) if others else first


def holds_containers(guards: GuardsKnown, names: frozenset[str]) -> bool:
    """Whether these containers are in use, as far as is known; what is not known counts as use."""
    report = guards.report
    if report is None:
        return True
    if isinstance(report.connections, Unreadable) or isinstance(report.keep_awake, Unreadable):
        return True
    used = {one.container for one in report.connections or ()} | set(report.keep_awake or ())
    return not names.isdisjoint(used)
