"""``hall simulate``: what it reads, what it prints, and what it refuses."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hall.adapters.storage.journal import open_journal
from hall.cli.simulate import players, simulate_command
from hall.cli.simulate_past import past_of
from hall.core.config.document import Configuration
from hall.core.errors import JournalError
from hall.core.model.events import VisitNoted
from hall.simulation.reading import VisitsError
from hall.simulation.simulate import simulate
from hall.simulation.span import whole_days
from hall.simulation.times import told_times
from hall.simulation.variants import variants as policies
from tests.simulation.houses import a_domain, a_server, office_hours, on_demand

VISITS = """at,domain
2026-01-05T12:00:00Z,shop
2026-01-05T13:00:05+01:00,shop
1767700800,blog
"""
POWER = {"awake_watts": 100, "asleep_watts": 10, "price_per_kwh": 0.5}


def a_document():
    domains = {
        "shop": a_domain(on_demand(30, least=10)),
        "blog": a_domain(office_hours(idle_minutes=20)),
    }
    return {"servers": {"main": a_server(power=POWER)}, "domains": domains}


@pytest.fixture
def run(tmp_path):
    def ran(*words: str, visits: str | None = VISITS) -> Result:
        config, file = tmp_path / "domains.json", tmp_path / "visits.csv"
        config.write_text(json.dumps(a_document()))
        source = () if visits is None else ("--visits", str(file))
        file.write_text(visits or "")
        return CliRunner().invoke(simulate_command, ["--config", str(config), *source, *words])

    return ran


def variants(result: Result):
    assert result.exit_code == 0, result.output
    return {one["name"]: one for one in json.loads(result.stdout)["variants"]}


def test_the_table_has_a_row_for_each_variant(run):
    lines = run().stdout.splitlines()
    assert lines[:3] == [
        "Mon 05 Jan 2026 - Tue 06 Jan 2026 (UTC): 2 days",
        "3 visits to 2 domains on 1 server; boots take 60 s",
        "",
    ]
    heads = "awake h % kWh EUR saved wakes waited % median s p95 s max s turned away"
    assert " ".join(lines[3].split()) == heads
    assert lines[5].split()[:6] == ["always", "on", "48.0", "100.0", "4.8", "2.40"]
    assert [line.partition("  ")[0] for line in lines[4:10]] == [
        *("as configured", "always on", "on demand, 5 min"),
        *("on demand, 15 min", "on demand, 30 min", "on demand, 60 min"),
    ]
    assert lines[11].startswith("Note: traffic of containers is not simulated")


def test_the_json_has_the_same_and_every_server(run):
    found = variants(run("--json"))
    configured, always = found["as configured"], found["always on"]
    assert always["cost"] == {"EUR": pytest.approx(48 * 0.1 * 0.5)}
    assert always["saved"] == {"EUR": 0}
    kwh = configured["awake_hours"] * 0.1 + (48 - configured["awake_hours"]) * 0.01
    assert configured["kwh"] == pytest.approx(kwh, abs=1e-3)
    assert configured["saved"]["EUR"] == pytest.approx((4.8 - kwh) * 0.5, abs=1e-3)
    assert configured["servers"]["main"]["wakes"] == configured["wakes"]
    assert found["on demand, 30 min"]["waits"] == {"median_s": 60, "p95_s": 60, "max_s": 60}
    assert configured["waits"] is None


def test_the_order_of_the_lines_makes_no_difference(run):
    header, *rows = VISITS.splitlines()
    turned = "\n".join([header, *reversed(rows), ""])
    assert run("--json").stdout == run("--json", visits=turned).stdout


def test_json_lines_say_the_same_as_csv(run):
    lines = (
        '{"at": "2026-01-05T12:00:00Z", "domain": "shop", "from": "somewhere"}',
        '{"at": "2026-01-05T12:00:05Z", "domain": "shop"}',
        '{"at": 1767700800, "domain": "blog"}',
    )
    assert run("--json", visits="\n".join(lines)).stdout == run("--json").stdout


def test_the_days_count_from_the_first_visit(run):
    found = json.loads(run("--json", "--days", "1").stdout)
    assert (found["days"], found["variants"][0]["visits"]) == (1, 2)
    found = json.loads(run("--json", "--days", "7").stdout)
    assert (found["days"], found["variants"][0]["hours"]) == (7, 7 * 24)


def test_a_boot_may_be_told(run):
    assert variants(run("--json", "--boot", "90"))["on demand, 5 min"]["waits"]["max_s"] == 90


def test_the_journal_tells_who_came_and_how_long_boots_take(run, tmp_path: Path):
    monday = 1_767_614_400.0

    async def lived() -> None:
        async with open_journal(tmp_path / "data") as journal:
            boot = {"network": 20.2, "docker": 5.0, "containers": 1.0, "app": 2.0}
            await journal.seed("shop", [boot, boot])
            signs = [(0, "visit"), (3600, "closed"), (7200, "activity"), (9000, "admin")]
            kinds = [("shop", kind, at) for at, kind in signs]
            for name, kind, at in [*kinds, ("gone", "visit", 5)]:
                sign = VisitNoted(server="main", domain=name, kind=kind, at=monday + at)
                await journal.write([sign])

    asyncio.run(lived())
    result = run("--from-journal", "--data", str(tmp_path / "data"), visits=None)
    lines = result.stdout.splitlines()
    assert lines[1].startswith("2 visits to 2 domains on 1 server; boots take 37 s (median of 2)")
    assert lines[-2] == "Note: visits to domains that are no longer configured are left out: gone."


def test_a_file_learns_from_the_journal_too(run, tmp_path: Path):
    result = run("--data", str(tmp_path))
    assert isinstance(result.exception, JournalError)


@pytest.mark.slow
def test_many_visits_are_shared_among_processes_with_the_same_outcome(tmp_path, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    config = Configuration.model_validate(a_document())
    (tmp_path / "visits.csv").write_text(VISITS)
    signs = asyncio.run(past_of(config, tmp_path / "visits.csv", None)).signs
    span, times = whole_days(signs, config.gateway.timezone, None), told_times(config, 60.0)

    def outcome(run) -> object:
        return simulate(config, signs, span, variants=policies(config), times=times, run=run)

    with players(visits=1, many=1) as several:
        assert several is not map
        assert outcome(several) == outcome(map)


def test_it_takes_visits_from_one_place(run, tmp_path: Path):
    for words in ((), ("--from-journal", "--visits", "x.csv")):
        result = run(*words, visits=None)
        assert result.exit_code == 2
        assert "either --visits FILE or --from-journal" in result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "visits.csv: holds no visit; expected at least one"),
        ("at,domain\n", "visits.csv: holds no visit"),
        ("when,who\n", "visits.csv:1: 'when,who' is no header; expected one that names at and"),
        ("at,domain\n2026-01-05 12:00,shop", "visits.csv:2: at: '2026-01-05 12:00' has no zone;"),
        ("at,domain\n\nnoon,shop", "visits.csv:3: at: 'noon' is not a time; expected a time with"),
        ("at,domain\n1767700800000,shop", "at: 1767700800000 is not a time of this century;"),
        ("at,domain\n1767700800", "visits.csv:2: domain: no domain 'None'; expected one of: blog,"),
        ('{"at": 5', "visits.csv:1: is not JSON"),
        ('{"at": true, "domain": "shop"}', "visits.csv:1: at: true is not a time"),
        ('{"at": 1767700800, "domain": "shop"}\n[]', "visits.csv:2: [] is not an object"),
    ],
)
def test_what_is_wrong_with_visits_is_told_with_its_line(run, text, words):
    error = run(visits=text).exception
    assert isinstance(error, VisitsError)
    assert words in str(error)


def test_an_unknown_domain_is_told_once(run):
    text = "at,domain\n" + "1767700800,show\n" * 3 + "1767700800,blogg\n"
    error = run(visits=text).exception
    assert isinstance(error, VisitsError)
    assert [problem.line for problem in error.problems] == [2, 5]


def test_of_many_mistakes_the_first_are_told(run):
    error = run(visits="at,domain\n" + "soon,shop\n" * 30).exception
    assert isinstance(error, VisitsError)
    assert len(error.problems) == 21
    assert error.problems[-1].message == "10 more like these"


def test_a_file_that_cannot_be_read_is_refused(run, tmp_path: Path):
    run()
    for path, words in ((tmp_path / "none.csv", "No such file"), (tmp_path / "latin", "UTF-8")):
        (tmp_path / "latin").write_bytes(b"at,domain\n\xe9")
        config = str(tmp_path / "domains.json")
        words_of = ["--config", config, "--visits", str(path)]
        error = CliRunner().invoke(simulate_command, words_of).exception
        assert isinstance(error, VisitsError)
        assert words in str(error)
