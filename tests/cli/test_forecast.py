"""``hall plan``: the words, the JSON, and what the journal adds."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from hall.adapters.storage.journal import open_journal
from hall.cli.config import check
from hall.cli.forecast import plan
from hall.cli.forecast_json import plan_json
from hall.cli.forecast_text import Plan, plan_lines
from hall.core.config.document import Configuration
from hall.core.errors import JournalError
from hall.core.policy.forecast import stretches

ZONE = ZoneInfo("Europe/Paris")
ASK = (plan, check)
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SLEEP = {"method": "webhook", "url": "http://nas.lan/"}
WAKE = {"method": "wol", "mac": "aa:bb:cc:dd:ee:ff"}


def window(days: str, begin: str, end: str):
    return {"days": days.split(), "from": begin, "to": end}


def scheduled(*windows: object, **more: object):
    return {"type": "scheduled", "open": list(windows), **more}


def document(policies: dict[str, object], **server: object):
    main = {"name": "Main", "address": "nas.lan", "wake": WAKE, "sleep": SLEEP, **server}
    domains = {
        name: {"name": name, "server": "main", "url": "http://nas.lan/", "policy": policy}
        for name, policy in policies.items()
    }
    gateway = {"timezone": "Europe/Paris"}
    return {"gateway": gateway, "servers": {"main": main}, "domains": domains}


def the_plan(first: str, last: str, policies: dict[str, object], **server: object) -> Plan:
    config = Configuration.model_validate(document(policies, **server))
    start, end = (
        datetime.fromisoformat(day).replace(tzinfo=ZONE).timestamp() for day in (first, last)
    )
    found = tuple(stretches(config, start, end, {"office": 43.0}))
    return Plan(config=config, start=start, end=end, stretches=found)


def lines(first: str, last: str, policies: dict[str, object], **server: object) -> list[str]:
    """The plan but for its head and what is empty."""
    told = list(plan_lines(the_plan(first, last, policies, **server)))
    return [line.strip() for line in told[3:]]


def test_a_plan_says_what_is_awake_when_and_why():
    policies = {
        "office": scheduled(window("mon tue", "08:00", "18:30"), outside="on_demand"),
        "radio": scheduled(window("mon", "18:00", "02:00"), margin_minutes=5),
        "shop": {"type": "on_demand", "idle_minutes": 45},
    }
    told = list(plan_lines(the_plan("2026-11-23 12:00", "2026-11-25 12:00", policies)))
    lead, night = "woken ahead: boot", "Mon 23 Nov 18:00 - Tue 24 Nov 02:00"
    assert [line.split("  ")[-1].strip() for line in told[3:]] == [
        "office: open 08:00 - 18:30",
        f"radio: open {night}; {lead} 2 min (not measured), margin 5 min",
        f"office: open 08:00 - 18:30; {lead} 43 s (p90), margin 2 min",
        "office: by visits outside its windows, until 30 min after its last use",
        "shop: by visits, until 45 min after its last use",
    ]
    assert [line.rpartition("  ")[0].strip() for line in told[3:]] == [
        "Mon 23 Nov 12:00 - Tue 24 Nov 02:00",
        "",
        "Tue 24 Nov 07:57 - 18:30",
        "any time",
        "",
    ]
    assert told[:3] == [
        "Mon 23 Nov 2026 12:00 - Wed 25 Nov 2026 12:00, Europe/Paris",
        "",
        "main (Main): awake for sure 24.5 h of 48 h",
    ]


def test_a_schedule_in_another_zone_is_told_in_its_own_time():
    policy = scheduled(window("fri", "22:00", "02:00"), timezone="America/New_York")
    [line] = lines("2026-11-27", "2026-11-29", {"radio": policy})
    assert line.startswith(
        "Sat 28 Nov 03:56 - 08:00  radio: open Fri 27 Nov 22:00 - Sat 28 Nov 02:00 America/New_York"
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-10-24", "open Sat 24 Oct 22:00 CEST - Sun 25 Oct 06:00 CET (9 h: clocks go back)"),
        (
            "2026-03-28",
            "open Sat 28 Mar 22:00 CET - Sun 29 Mar 06:00 CEST (7 h: clocks go forward)",
        ),
    ],
)
def test_a_night_on_which_clocks_change_says_so(day, words):
    policy = scheduled(window("sat", "22:00", "06:00"))
    [line] = lines(f"{day} 12:00", f"{day[:8]}30", {"radio": policy})
    assert words in line


def test_a_time_that_the_clock_shows_twice_says_which_it_is():
    policy = scheduled(window("sun", "02:15", "02:45"))
    [line] = lines("2026-10-25", "2026-10-26", {"office": policy})
    assert line.startswith("Sun 25 Oct 02:12 CEST - 02:45 CET  office: open")


def test_what_is_open_for_long_says_until_when():
    always = window(" ".join(EVERY_DAY), "00:00", "24:00")
    [line] = lines("2026-11-23", "2026-11-25", {"shop": scheduled(always)})
    assert line.endswith("shop: open, without an end in sight")
    closing = scheduled(always, closed=["2026-01-01", "2026-12-25"])
    [line] = lines("2026-11-23", "2026-11-25", {"shop": closing})
    assert line.endswith("shop: open Fri 02 Jan 2026 00:00 - Fri 25 Dec 2026 00:00")


def test_a_server_that_is_kept_after_its_wake_says_so():
    policy = scheduled(window("mon", "08:00", "08:05"), idle_minutes=60)
    told = lines("2026-11-23", "2026-11-24", {"ping": policy})
    assert told[1] == "then kept a while, as always after it was woken"
    told = lines("2026-11-23", "2026-11-24", {"ping": policy}, sleep=None, wake=None)
    whole = the_plan("2026-11-23", "2026-11-24", {"ping": policy}, sleep=None, wake=None)
    assert [*plan_lines(whole)][2].startswith("main (Main): wanted awake ")
    assert told[1:] == [
        "then it stays up",
        "Hall cannot wake it: it has no way to be woken",
        "Hall never puts it to sleep: it has no way to be put to sleep",
    ]


def test_windows_in_which_a_visit_may_wake_it_are_told_and_are_not_awake():
    evening = window("mon tue", "18:00", "23:00")
    policies = {
        "games": scheduled(evening, inside="on_demand", idle_minutes=20),
        "fair": scheduled(
            inside="on_demand", extra=[{"date": "2027-12-05", "from": "10:00", "to": "12:00"}]
        ),
    }
    told = list(plan_lines(the_plan("2026-11-23", "2026-11-25", policies)))
    assert told[2:] == [
        "main (Main): awake for sure 0.0 h of 48 h",
        "  Mon 23 Nov 18:00 - 23:00  games: open to visits, until 20 min after its last use",
        "  Tue 24 Nov 18:00 - 23:00  games: open to visits, until 20 min after its last use",
        f"  {' ' * 24}  fair: closed throughout, it opens to visits in its windows only",
    ]


def test_what_is_always_on_and_what_is_empty_say_so():
    [line] = lines("2026-11-23", "2026-11-24", {"mail": {"type": "always_on"}})
    assert line == "Mon 23 Nov 00:00 - Tue 24 Nov 00:00  mail: always on"
    assert lines("2026-11-23", "2026-11-24", {}) == ["no domain is on it"]


def test_the_json_has_the_same_in_utc_and_seconds():
    policies = {
        "office": scheduled(window("mon", "08:00", "18:30")),
        "radio": scheduled(window("mon", "09:00", "10:00"), outside="on_demand", idle_minutes=5),
        "mail": {"type": "always_on"},
        "shop": {"type": "on_demand", "idle_minutes": 45},
    }
    whole = plan_json(the_plan("2026-11-23", "2026-11-24", policies))
    [server] = whole["servers"]
    [stretch] = server["stretches"]
    assert (whole["from"], whole["timezone"]) == ("2026-11-22T23:00:00Z", "Europe/Paris")
    assert (server["awake_s"], server["can_wake"], server["can_sleep"]) == (86400, True, True)
    assert {need["domain"]: need["opens_at"] for need in stretch["needs"]} == {
        "mail": None,
        "office": "2026-11-23T07:00:00Z",
        "radio": "2026-11-23T08:00:00Z",
    }
    assert {need["domain"]: need["boot_p90_s"] for need in stretch["needs"]} == {
        "mail": None,
        "office": 43.0,
        "radio": None,
    }
    assert server["by_visits"] == [
        {"domain": "radio", "idle_s": 300.0, "when": "outside"},
        {"domain": "shop", "idle_s": 2700.0, "when": "always"},
    ]


def test_the_json_lists_the_windows_in_which_a_visit_may_wake_it():
    policies = {"games": scheduled(window("mon", "18:00", "23:00"), inside="on_demand")}
    [server] = plan_json(the_plan("2026-11-23", "2026-11-25", policies))["servers"]
    [games] = server["by_visits"]
    assert (games["domain"], games["when"]) == ("games", "inside")
    assert games["windows"] == [{"from": "2026-11-23T17:00:00Z", "to": "2026-11-23T22:00:00Z"}]


# ---- the command ------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    def ran(*words: str) -> Result:
        path = tmp_path / "domains.json"
        policy = scheduled(window(" ".join(EVERY_DAY), "10:00", "10:30"), margin_minutes=0)
        path.write_text(json.dumps(document({"office": policy})))
        return CliRunner().invoke(plan, ["--config", str(path), *words])

    return ran


def leads(result: Result) -> set[float]:
    [server] = json.loads(result.stdout)["servers"]
    return {need["lead_s"] for one in server["stretches"] for need in one["needs"]}


def test_the_command_prints_a_week_unless_told_otherwise(run):
    assert run().exit_code == 0
    assert run().stdout.count("office: open 10:00 - 10:30") in {7, 8}
    assert run("--days", "1").stdout.count("office: open 10:00 - 10:30") in {1, 2}
    assert leads(run("--json")) == {120}


def test_the_command_learns_from_the_journal_how_long_boots_take(run, tmp_path: Path):
    async def lived() -> None:
        async with open_journal(tmp_path / "data") as journal:
            boots = [{"network": 20.0, "docker": 10.0 + n} for n in range(10)]
            await journal.seed("office", boots)

    asyncio.run(lived())
    assert leads(run("--json", "--data", str(tmp_path / "data"))) == {38}


def test_a_folder_without_a_journal_and_a_wrong_file_are_refused(run, tmp_path: Path):
    assert isinstance(run("--data", str(tmp_path / "none")).exception, JournalError)
    wrong = [CliRunner().invoke(each, ["--config", str(tmp_path / "none.json")]) for each in ASK]
    assert [one.exit_code for one in wrong] == [1, 1]
    assert "none.json: " in wrong[0].stderr
    assert wrong[0].stderr == wrong[1].stderr
