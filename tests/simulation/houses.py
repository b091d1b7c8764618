"""Houses to simulate, and days to play in them. Times are hours and seconds of the first day."""

from collections.abc import Mapping, Sequence
from typing import Any

from hall.core.config.document import Configuration
from hall.simulation.signs import Signs
from hall.simulation.simulate import simulate
from hall.simulation.tally import VisitOutcome
from hall.simulation.times import BootTimes, told_times
from hall.simulation.variants import Variant

MIDNIGHT = 1_767_571_200.0
"""Monday, 5 January 2026, in UTC."""

DAY_S, HOUR_S = 86_400, 3600
NETWORK_S, DOCKER_S, OWN_S = 36, 12, 12
"""How a boot of a minute is divided; the last is half containers, half app."""
SILENT_S = 3
SLEEP = {"method": "webhook", "url": "http://192.168.1.9/off"}


def a_server(**parts: object) -> dict[str, Any]:
    """A server that can be woken and put to sleep, with Docker."""
    server = {
        "name": "Main",
        "address": "192.168.1.20",
        "wake": {"method": "wol", "mac": "aa:bb:cc:dd:ee:ff"},
        "sleep": SLEEP,
        "docker": {"url": "unix:///var/run/docker.sock"},
    }
    return {name: part for name, part in (server | parts).items() if part is not None}


def a_domain(policy: object, **parts: object) -> dict[str, Any]:
    """A domain with containers and an app."""
    domain = {
        "name": "Client",
        "server": "main",
        "url": "http://192.168.1.20/",
        "project": {"compose": "client"},
        "health": {"url": "http://192.168.1.20/"},
        "policy": policy,
    }
    return {name: part for name, part in (domain | parts).items() if part is not None}


def on_demand(idle: float = 30, least: float = 0, **more: object) -> dict[str, Any]:
    """Idle minutes, and the least that the server stays awake."""
    return {"type": "on_demand", "idle_minutes": idle, "min_awake_minutes": least, **more}


def office_hours(**more: object) -> dict[str, Any]:
    """From 8 to 18 on weekdays."""
    week = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    return {"type": "scheduled", "open": [week], "min_awake_minutes": 0, **more}


def a_house(*policies: object, server: dict[str, Any] | None = None) -> Configuration:
    """One server with a domain for each policy: a, b, c and so on."""
    domains = {name: a_domain(one) for name, one in zip("abcdefgh", policies, strict=False)}
    document = {"servers": {"main": server or a_server()}, "domains": domains}
    return Configuration.model_validate(document)


def configured(config: Configuration) -> Variant:
    """The policies as they are."""
    return Variant("as configured", {n: one.policy for n, one in config.domains.items()})


def play(
    config: Configuration,
    visits: Mapping[str, Sequence[float]],
    *,
    days: int = 1,
    times: BootTimes | None = None,
    uses: Mapping[str, Sequence[float]] | None = None,
) -> VisitOutcome:
    """What comes of these visits, as configured; they are told by the seconds since midnight."""
    signs = Signs(visits=_dated(visits), uses=_dated(uses or {}))
    span = (MIDNIGHT, MIDNIGHT + days * DAY_S)
    known = times or told_times(config)
    results = simulate(config, signs, span, variants=[configured(config)], times=known)
    return results[0].servers["main"]


def _dated(seconds: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    return {name: [MIDNIGHT + one for one in sorted(times)] for name, times in seconds.items()}


def oclock(*hours: float) -> list[float]:
    """These hours, in seconds since midnight."""
    return [hour * HOUR_S for hour in hours]
