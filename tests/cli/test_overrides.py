"""Holds, wake now and sleep now, as an admin types them: real processes, a real gateway."""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.gateway import Stage, served, staged
from hall.adapters.clock import SystemClock
from tests.support.command_line import Said, hall
from tests.support.ports import a_free_port
from tests.support.small_hall import a_document

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


async def said(gateway: Stage, *words: str, code: int = 0, **env: str) -> Said:
    """What ``hall`` says; it must end with this code."""
    answer = await hall(*words, HALL_URL=gateway.url, **env)
    assert answer.code == code, answer
    return answer


async def test_a_hold_is_set_shown_and_lifted(gateway):
    shown = await said(gateway, "hold", "demo", "asleep", "--for", "2h30m40s", TZ="UTC")
    assert re.search(r"Held asleep until [\d-]+ \d\d:\d\d UTC, 2 h 30 min left", shown.out)
    await said(gateway, "hold", "demo", "--server", "awake", "--for", "1h30m40s")
    table = await said(gateway, "servers")
    assert [line.split()[0] for line in table.out.splitlines()] == ["SERVER", "demo"]
    assert "awake, 1 h 30 min left; demo: asleep, 2 h " in table.out
    assert "Held awake by an admin for 1 h 30 min more" in table.out
    await said(gateway, "hold", "demo", "off", "--server")
    [server] = json.loads((await said(gateway, "servers", "--json")).out)
    assert (server["hold"], server["domains"][0]["hold"]["kind"]) == (None, "asleep")


async def test_a_hold_until_a_local_time_ends_at_that_instant(gateway):
    end = datetime.fromtimestamp(SystemClock().now() // 60 * 60 + 30 * 86_400, PARIS)
    words = ("hold", "demo", "asleep", "--until", f"{end:%Y-%m-%dT%H:%M}", "--json")
    state = json.loads((await said(gateway, *words, TZ="Europe/Paris")).out)
    assert datetime.fromisoformat(state["hold"]["until"]) == end
    refused = await said(gateway, *words[:4], "2020-01-01T08:00Z", code=1)
    assert "until='2020-01-01T" in refused.err
    assert "is past: expected one within 366 days from now" in refused.err


async def test_what_is_held_asleep_is_woken_only_when_an_admin_says_so(gateway):
    await said(gateway, "hold", "demo", "asleep", "--for", "1h")
    refused = await said(gateway, "wake", "demo", code=1)
    assert "demo is held asleep by an admin until" in refused.err
    assert "; an admin may: hall wake demo --now" in refused.err
    assert gateway.server.boots == 0
    await said(gateway, "wake", "demo", "--now")
    await said(gateway, "wait", "demo")
    assert gateway.server.boots == 1


async def test_what_is_held_asleep_is_not_waited_for(gateway):
    await said(gateway, "hold", "demo", "asleep", "--for", "1h")
    for words in (("--no-wake",), ("--no-wake", "--json"), ()):
        refused = await said(gateway, "wait", "demo", *words, code=1)
        assert "hall: demo is held asleep by an admin" in refused.err
    assert gateway.server.boots == 0


async def test_a_hold_is_shown_without_what_was_ordered_before(gateway):
    await said(gateway, "wait", "demo")
    await said(gateway, "sleep", "demo")
    shown = await said(gateway, "hold", "demo", "asleep", "--for", "2h")
    assert "Put to sleep by an admin" not in shown.out
    assert "Held asleep until" in shown.out


async def test_a_server_that_is_held_asleep_is_woken_only_when_an_admin_says_so(gateway):
    await said(gateway, "hold", "demo", "asleep", "--for", "1h", "--server")
    refused = await said(gateway, "wake", "demo", "--server", code=1)
    assert "demo is held asleep by an admin until" in refused.err
    assert "; an admin may: hall wake demo --now --server" in refused.err
    assert (await said(gateway, "wait", "demo", "--no-wake", code=1)).out
    woken = await said(gateway, "wake", "demo", "--server", "--now", TZ="UTC")
    assert re.search(
        r"The hold of server demo is lifted: asleep until [\d-]+ \d\d:\d\d UTC\n", woken.out
    )


async def test_a_server_is_woken_and_put_to_sleep_by_its_own_name(gateway):
    await said(gateway, "wake", "demo", "--server")
    await said(gateway, "wait", "demo")
    state = json.loads((await said(gateway, "sleep", "demo", "--server", "--force", "--json")).out)
    assert (state["id"], state["status"]) == ("demo", "stopping")


async def test_sleep_for_a_time_holds_it_asleep_too(gateway):
    await said(gateway, "wait", "demo")
    shown = await said(gateway, "sleep", "demo", "--for", "2h")
    assert "Put to sleep by an admin 0 s ago" in shown.out
    assert "Held asleep until" in shown.out


async def test_what_is_held_awake_is_not_put_to_sleep_and_the_way_out_is_told(gateway):
    await said(gateway, "wait", "demo")
    await said(gateway, "hold", "demo", "awake", "--for", "1h")
    refused = await said(gateway, "sleep", "demo", code=1)
    assert "lift its hold first: hall hold demo off" in refused.err
    await said(gateway, "hold", "demo", "off")
    await said(gateway, "sleep", "demo")


async def test_a_name_of_the_other_kind_is_told_with_what_to_type(tmp_path):
    config, port = tmp_path / "domains.json", a_free_port()
    config.write_text(json.dumps(a_document()))
    async with served(config, port, tmp_path):
        for words, hint in (
            ("wake main", "main is a server: add --server"),
            ("sleep main", "main is a server: add --server"),
            ("hold main off", "main is a server: add --server"),
            ("wake client1 --server", "client1 is a domain: leave out --server"),
            ("wake nowhere", "There is no domain 'nowhere' here\n"),
        ):
            refused = await hall(*words.split(), HALL_URL=f"http://127.0.0.1:{port}")
            assert (refused.code, hint in refused.err) == (1, True), refused


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hold demo awake", "expected one of --for and --until"),
        ("hold demo awake --for 1h --until 2030-01-01T00:00", "expected one of --for and --until"),
        ("hold demo off --for 1h", "expected neither --for nor --until"),
        ("hold demo awake --for 2hours", "'2hours': expected a time like 90s"),
        ("hold demo asleep --for 400d", "'--for': '400d' is too long, at most 366d"),
        ("hold demo sleeping --for 1h", "'sleeping' is not one of 'awake', 'asleep', 'off'"),
        ("sleep demo --force", "expected --server with it"),
    ],
)
async def test_wrong_usage_is_told_before_anything_is_asked(words, expected):
    nobody = f"http://127.0.0.1:{a_free_port()}"
    answer = await hall(*words.split(), HALL_URL=nobody)
    assert (answer.code, expected in answer.err) == (2, True), answer
