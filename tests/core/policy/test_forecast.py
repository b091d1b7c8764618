"""What will be awake for sure: always on, open, woken ahead, kept after a wake."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hall.core.config.document import Configuration
from hall.core.lifecycle.open import open_cell
from hall.core.lifecycle.restore import restore_wake
from hall.core.model.check import CheckName
from hall.core.model.verdict import Need
from hall.core.policy.domain import judge_domain
from hall.core.policy.forecast import ForecastStretch, kept_s, stretches
from hall.core.timing import Instant

HOUR, DAY = 3600.0, 86_400.0
SLEEP = {"method": "webhook", "url": "http://nas.lan/"}
OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}


def at(text: str) -> Instant:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris")).timestamp()


def scheduled(*windows: object, **more: object):
    return {"type": "scheduled", "open": list(windows), **more}


def configuration(policies: dict[str, object], *, sleep: object = SLEEP):
    """One server with a domain for each policy."""
    server = {"name": "Main", "address": "nas.lan", "sleep": sleep}
    domains = {
        name: {"name": name, "server": "main", "url": "http://nas.lan/", "policy": policy}
        for name, policy in policies.items()
    }
    gateway = {"timezone": "Europe/Paris"}
    data = {"gateway": gateway, "servers": {"main": server}, "domains": domains}
    return Configuration.model_validate(data)


def planned(config: Configuration, first: str, last: str, **boots: float) -> list[ForecastStretch]:
    return stretches(config, at(first), at(last), boots)


def told(found: list[ForecastStretch]) -> list[tuple[Instant, Instant, list[str]]]:
    return [(one.begins_at, one.ends_at, [need.domain for need in one.needs]) for one in found]


def test_what_is_always_on_is_awake_throughout():
    config = configuration({"mail": {"type": "always_on"}, "shop": {"type": "on_demand"}})
    found = planned(config, "2026-11-23", "2026-11-30")
    assert told(found) == [(at("2026-11-23"), at("2026-11-30"), ["mail"])]


def test_what_waits_for_visits_is_not_awake_for_sure():
    assert planned(configuration({"shop": {"type": "on_demand"}}), "2026-11-23", "2026-11-30") == []


def test_what_waits_for_visits_in_its_windows_is_not_awake_for_sure():
    evening = configuration({"games": scheduled(OFFICE, inside="on_demand", idle_minutes=45)})
    assert planned(evening, "2026-11-23", "2026-11-30") == []
    assert kept_s(evening, "main") == 45 * 60


def test_a_server_is_woken_before_the_opening_by_boot_and_margin():
    config = configuration({"office": scheduled(OFFICE, margin_minutes=5)})
    [one] = planned(config, "2026-11-23", "2026-11-24", office=60)
    assert (one.begins_at, one.ends_at) == (at("2026-11-23 07:54"), at("2026-11-23 18:00"))
    [need] = one.needs
    assert need.opening is not None
    assert need.opening.opens_at == at("2026-11-23 08:00")
    assert need.lead is not None
    assert (need.lead.boot_s, need.lead.seconds) == (60, 360)


def test_a_boot_that_was_never_measured_is_taken_to_last_two_minutes():
    config = configuration({"office": scheduled(OFFICE, margin_minutes=0)})
    [one] = planned(config, "2026-11-23", "2026-11-24")
    assert one.begins_at == at("2026-11-23 07:58")
    assert one.needs[0].lead is not None
    assert one.needs[0].lead.boot_s is None


def test_a_plan_is_cut_where_it_begins_and_ends():
    config = configuration({"office": scheduled(OFFICE)})
    [one] = planned(config, "2026-11-23 12:00", "2026-11-23 13:00")
    assert (one.begins_at, one.ends_at) == (at("2026-11-23 12:00"), at("2026-11-23 13:00"))
    [ahead] = planned(config, "2026-11-23 02:00", "2026-11-23 07:59")
    assert (ahead.begins_at, ahead.ends_at) == (at("2026-11-23 07:56"), at("2026-11-23 07:59"))
    assert planned(config, "2026-11-23 02:00", "2026-11-23 07:56") == []


def test_domains_that_overlap_share_a_stretch():
    evening = {"days": ["mon"], "from": "17:00", "to": "22:00"}
    night = {"days": ["mon"], "from": "23:00", "to": "23:30"}
    policies = {"office": scheduled(OFFICE), "bar": scheduled(evening), "disco": scheduled(night)}
    found = planned(configuration(policies), "2026-11-23", "2026-11-24")
    assert told(found) == [
        (at("2026-11-23 07:56"), at("2026-11-23 22:00"), ["office", "bar"]),
        (at("2026-11-23 22:56"), at("2026-11-23 23:30"), ["disco"]),
    ]


def test_a_server_that_was_woken_is_kept_as_long_as_its_domains_want_at_least():
    short = {"days": ["mon"], "from": "08:00", "to": "08:10"}
    policies = {
        "short": scheduled(short, idle_minutes=5, min_awake_minutes=20),
        "shop": {"type": "on_demand", "idle_minutes": 45},
        "mail": scheduled({**short, "days": ["tue"]}),
    }
    config = configuration(policies)
    assert kept_s(config, "main") == 45 * 60
    [one] = planned(config, "2026-11-23", "2026-11-24")
    assert (one.begins_at, one.ends_at) == (at("2026-11-23 07:56"), at("2026-11-23 08:41"))
    assert one.needed_until == at("2026-11-23 08:10")
    [late] = planned(config, "2026-11-23 08:09", "2026-11-24")
    assert late.ends_at == at("2026-11-23 08:10")


def test_a_server_that_cannot_be_put_to_sleep_stays_up_once_it_was_woken():
    config = configuration({"office": scheduled(OFFICE)}, sleep=None)
    [one] = planned(config, "2026-11-23", "2026-11-26")
    assert (one.begins_at, one.ends_at) == (at("2026-11-23 07:56"), at("2026-11-26"))
    assert len(one.needs) == 3


def test_only_always_on_keeps_nothing_after_a_wake():
    assert kept_s(configuration({"mail": {"type": "always_on"}}), "main") == 0


@pytest.mark.parametrize("week", ["2026-03-25", "2026-10-21", "2026-12-21"])
def test_the_plan_is_what_the_core_wants_at_every_moment(week):
    nights = {"days": ["fri", "sat"], "from": "22:00", "to": "02:30"}
    more = {
        "closed": ["2026-12-24"],
        "extra": [{"date": "2026-12-27", "from": "10:00", "to": "12:00"}],
    }
    config = configuration({"office": scheduled(OFFICE, nights, margin_minutes=7, **more)})
    cell = open_cell("main", config.servers["main"], config.domains, now=0, zone="Europe/Paris")
    boot = {CheckName.NETWORK: 30.0, CheckName.DOCKER: 13.0}
    cell = restore_wake(cell, "office", history=[boot], running=None, now=0)
    start = at(week)
    found = stretches(config, start, start + 8 * DAY, {"office": 43.0})
    needs = [need for one in found for need in one.needs]
    for now in range(int(start), int(start + 8 * DAY), 420):
        wanted = judge_domain(cell, cell.domains["office"], now).need is Need.WAKE
        assert wanted == any(need.begins_at <= now < need.ends_at for need in needs)
