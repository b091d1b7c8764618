"""The first paint of a closed project."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hall.interface.pages.i18n import Words
from hall.interface.pages.renderer import LANGUAGES, Pages, PageView
from tests.frontend.samples import SAMPLES, readying, shut

FRONTEND = Path(__file__).parents[3] / "frontend"
VIEW = PageView(
    lang="en",
    nonce="n0nce",
    name="Client 1",
    domain="client1",
    target="https://client1.example.org/",
    here="/client1",
    zone="Europe/Paris",
)
HOUR_S, DAY_S = 3600, 86_400


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(FRONTEND)


def told(html: str, part: str) -> str:
    """What a part of the page says; nothing when it is hidden."""
    found = re.search(rf'data-part="{part}"( hidden)?>([^<]*)<', html)
    assert found
    return "" if found[1] else found[2]


@pytest.mark.parametrize(
    ("lang", "lead"),
    [
        ("en", "The project opens on Tuesday 24 November at\xa008:00."),
        ("fr", "Le projet ouvre mardi 24 novembre à\xa008:00."),
    ],
)
def test_it_says_the_day_and_the_time_in_the_zone_of_the_schedule(pages, lang, lead):
    html = pages.waiting(SAMPLES["closed"], view=replace(VIEW, lang=lang))
    assert told(html, "lead").startswith(lead)
    assert "Europe/Paris" in html.split("<noscript><p")[1].split("</noscript>")[0]


def test_another_zone_has_another_day(pages):
    html = pages.waiting(SAMPLES["closed"], view=replace(VIEW, zone="Pacific/Auckland"))
    assert "opens on Tuesday 24 November at\xa020:00" in told(html, "lead")


def test_a_date_of_next_year_brings_its_year_when_it_is_far(pages):
    html = pages.waiting(SAMPLES["closed-far"], view=VIEW)
    assert "Friday, 29 October 2027" in told(html, "lead")


@pytest.mark.parametrize(
    ("seconds", "left"),
    [
        (0.4, "Any moment now"),
        (59.9, "59 s"),
        (754.3, "12 min 34 s"),
        (HOUR_S - 1, "59 min 59 s"),
        (HOUR_S, "1 h"),
        (2 * HOUR_S + 5 * 60 + 59, "2 h 5 min"),
        (DAY_S - 1, "23 h 59 min"),
        (DAY_S, "1 d"),
        (3 * DAY_S + 4 * HOUR_S + 1800, "3 d 4 h"),
    ],
)
def test_it_counts_down_by_seconds_then_by_minutes(pages, seconds, left):
    html = pages.waiting(shut("closed", seconds), view=VIEW)
    assert told(html, "left").replace("\xa0", " ") == left
    assert 'role="timer" data-part="countdown">' in html


@pytest.mark.parametrize("name", ["closed", "held-long", "readying"])
def test_the_projects_own_message_waits_until_it_is_woken(pages, name):
    own = replace(VIEW, message="Your preview is starting.")
    assert told(pages.waiting(SAMPLES[name], view=own), "note") == ""
    assert told(pages.waiting(SAMPLES["waking"], view=own), "note") == own.message
    assert told(pages.waiting(SAMPLES["waking"], view=VIEW), "note") == ""


def test_it_offers_no_wake_and_tells_no_stages(pages):
    html = pages.waiting(SAMPLES["closed"], view=VIEW)
    assert re.search(r'data-part="ask" hidden>', html)
    assert re.search(r'data-part="stages"[^>]* hidden>', html)
    assert told(html, "reason") == ""
    assert re.search(r'<html [^>]*data-mood="asleep" data-closed>', html)


def test_while_it_is_made_ready_the_stages_are_told_and_the_countdown_runs_on(pages):
    html = pages.waiting(SAMPLES["readying"], view=VIEW)
    assert "It is being made ready for you." in told(html, "lead")
    assert told(html, "left") == "1\xa0min 32\xa0s"
    assert re.search(r'data-stage="docker" data-step="now"', html)
    assert re.search(r'data-part="progress" hidden>', html)


def test_a_stumble_before_the_opening_is_no_business_of_visitors(pages):
    state = readying((17.4, 8.2), 29.3, 92.7)
    state["checks"][2]["troubled"] = True
    assert "Closed for now" in pages.waiting(state, view=VIEW)


@pytest.mark.parametrize("contact", ["studio@example.org", None])
def test_where_no_opening_is_planned_it_says_so_and_whom_to_ask(pages, contact):
    html = pages.waiting(SAMPLES["closed-never"], view=replace(VIEW, contact=contact))
    assert told(html, "lead") == "No opening is planned for now."
    assert re.search(r'data-part="countdown" hidden>', html)
    assert ("studio@example.org" in html.split("<script")[0]) == (contact is not None)


@pytest.mark.parametrize(
    ("name", "lang", "until"),
    [
        ("held", "en", "rest until\xa015:00."),
        ("held", "fr", "repos jusqu’à\xa015:00."),
        ("held-long", "en", "rest until Tuesday 24 November at\xa015:00."),
        ("held-long", "fr", "repos jusqu’au mardi 24 novembre à\xa015:00."),
    ],
)
def test_a_hold_names_the_day_only_when_it_is_another(pages, name, lang, until):
    html = pages.waiting(SAMPLES[name], view=replace(VIEW, lang=lang))
    assert until in told(html, "lead")


@pytest.mark.parametrize(
    ("state", "refresh"),
    [
        (SAMPLES["closed-days"], "60"),
        (shut("closed", 12.3), "13"),
        (shut("held", 0.2), "2"),
        (SAMPLES["closed-never"], None),
    ],
)
def test_without_scripts_it_looks_again_once_a_minute_and_when_it_opens(pages, state, refresh):
    html = pages.waiting(state, view=VIEW)
    found = re.search(r'<noscript><meta http-equiv="refresh" content="([^"]*)"></noscript>', html)
    assert (found[1] if found else None) == refresh


@pytest.mark.parametrize("name", ["asleep", "stopping"])
def test_what_sleeps_or_is_about_to_may_be_woken(pages, name):
    html = pages.waiting(SAMPLES[name], view=VIEW)
    assert re.search(r'data-part="ask">', html)
    assert told(html, "ask-button") == "Wake it up"


def test_a_wake_that_overtakes_a_sleep_says_so(pages):
    html = pages.waiting(SAMPLES["overtaking"], view=VIEW)
    assert told(html, "lead").startswith("The server is just being put to sleep.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_day_and_month_has_its_name(pages, lang):
    words = Words(pages._words[lang].table)  # noqa: SLF001 - the table is what is looked at
    assert len(set(words("date.weekdays").split())) == 7
    assert len(set(words("date.months").split())) == 12
