import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from hall.core.model.messages import TEXTS
from hall.core.model.reason import because
from hall.interface.pages.renderer import LANGUAGES, Pages, PageView
from tests.frontend.samples import SAMPLES, climbing, domain_state, ready

FRONTEND = Path(__file__).parents[3] / "frontend"
VIEW = PageView(
    lang="en",
    nonce="n0nce",
    name="Client 1",
    domain="client1",
    target="https://client1.example.org/deep?a=1&b=2",
    here="/client1/deep?a=1&b=2",
)
HOSTILE = '"><script>alert(1)</script></script><!--'


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(FRONTEND)


def locale(lang: str) -> dict[str, str]:
    table: dict[str, str] = json.loads((FRONTEND / "locales" / f"{lang}.json").read_text("utf-8"))
    return table


def data_of(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="hall-data">(.*?)</script>', html)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def holes(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


# ---- what is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_state_makes_a_whole_page_with_no_word_missing(pages: Pages, name: str, lang: str):
    html = pages.waiting(SAMPLES[name], view=replace(VIEW, lang=lang))
    shown = html.split("<body>")[1].split("<script", 1)[0]
    assert f'<html lang="{lang}" dir="ltr"' in html
    assert not re.search(r"\b(waiting|stage|time|reason)\.\w+", shown)


def test_the_first_paint_tells_stages_times_and_what_is_left(pages: Pages):
    html = pages.waiting(climbing((17.4, 8.2), 29.3), view=VIEW)
    assert re.findall(r'class="stage" data-stage="\w+" data-step="(\w+)"', html)[:4] == [
        "done",
        "done",
        "now",
        "next",
    ]
    assert re.findall(r'data-part="time">([^<]*)<', html)[:4] == [
        "17\xa0s",
        "8\xa0s",
        "3\xa0s",
        "about 5\xa0s",
    ]
    assert "About 15\xa0s left" in html


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (0.0, "a moment"),
        (2.99, "a moment"),
        (3.0, "about 3\xa0s"),
        (4.5, "about 5\xa0s"),
        (10.0, "about 10\xa0s"),
        (10.1, "about 15\xa0s"),
        (100.0, "about 2\xa0min"),
    ],
)
def test_a_short_stage_is_told_to_the_second(pages: Pages, usual: float, said: str):
    html = pages.waiting(climbing((), 12.3, usual=(18.0, 9.0, 11.0, usual)), view=VIEW)
    assert re.findall(r'data-part="time">([^<]*)<', html)[3] == said


def test_while_a_stumble_may_mend_by_itself_nothing_is_promised(pages: Pages):
    html = pages.waiting(SAMPLES["trouble"], view=VIEW)
    assert ">Something is in the way</h1>" in html
    assert '<html lang="en" dir="ltr" data-mood="waking">' in html
    assert '<span data-part="time-line">29\xa0s so far</span>' in html
    assert re.findall(r'data-part="time">([^<]*)<', html)[2:4] == ["3\xa0s", ""]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Visited 4\xa0min ago, kept for 1\xa0d 2\xa0h more"),
        ("fr", "Visité il y a 4\xa0min, gardé encore 1\xa0j 2\xa0h"),
    ],
)
def test_a_stretch_of_time_is_said_in_the_readers_language(pages: Pages, lang: str, words: str):
    assert f">{words}</p>" in pages.waiting(SAMPLES["in-use"], view=replace(VIEW, lang=lang))


def test_a_french_number_has_a_comma(pages: Pages):
    unfinished = domain_state("unhealthy", because("app_unfinished", seconds=2.5))
    assert "après 2,5\xa0s" in pages.waiting(unfinished, view=replace(VIEW, lang="fr"))


def test_only_a_start_that_is_under_way_is_said_to_go_on(pages: Pages):
    starting, over = (pages.waiting(SAMPLES[name], view=VIEW) for name in ("waking", "unhealthy"))
    assert "the server goes on starting" in starting.split("<script")[0]
    assert "the server goes on starting" not in over.split("<script")[0]


def test_a_failure_names_the_link_and_offers_another_try(pages: Pages):
    html = pages.waiting(SAMPLES["failed-containers"], view=VIEW)
    assert "container client1-web is unhealthy: exit 1" in html
    assert 'data-stage="containers" data-step="broken"' in html
    assert re.search(r'<form method="post" action="/_hall/api/wake/client1" data-part="ask">', html)
    assert 'name="next" value="/client1/deep?a=1&amp;b=2"' in html


def test_reasons_are_french_to_the_last_word(pages: Pages):
    html = pages.waiting(SAMPLES["failed-containers"], view=replace(VIEW, lang="fr"))
    assert "conteneur client1-web est en mauvaise santé\xa0: code 1" in html
    torn = domain_state("unhealthy", because("app_broken", why=because("hung_up")))
    html = pages.waiting(torn, view=replace(VIEW, lang="fr"))
    assert "Ne répond pas comme prévu\xa0: il a raccroché sans répondre" in html


def test_a_reason_without_translation_is_shown_as_it_came(pages: Pages):
    state = {**SAMPLES["asleep"], "reason": "The cat sits on it", "reason_code": "cat"}
    assert "The cat sits on it" in pages.waiting(state, view=replace(VIEW, lang="fr"))


@pytest.mark.parametrize(
    ("name", "refresh"),
    [
        ("waking", "4"),
        ("asleep", "4"),
        ("healthy", "1;url=https://client1.example.org/deep?a=1&amp;b=2"),
        ("failed-network", "10"),
        ("failed-docker", None),
        ("unhealthy", None),
    ],
)
def test_without_scripts_the_page_looks_again_while_something_happens(
    pages: Pages, name: str, refresh: str | None
):
    html = pages.waiting(SAMPLES[name], view=VIEW)
    found = re.search(r'<noscript><meta http-equiv="refresh" content="([^"]*)"></noscript>', html)
    assert (found[1] if found else None) == refresh


def test_each_project_brings_its_own_message_colour_logo_and_contact(pages: Pages):
    own = replace(
        VIEW,
        message="Second draft",
        accent="#7a5cff",
        logo_url="/_hall/logo/client1",
        contact="studio@example.org",
    )
    html = pages.waiting(ready(), view=own)
    assert "Second draft" in html
    assert ":root{--accent:#7a5cff}" in html
    assert '<img class="logo" src="/_hall/logo/client1" alt="">' in html
    assert '<a href="mailto:studio@example.org">studio@example.org</a>' in html


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("https://studio.example.org/help", "https://studio.example.org/help"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("Ana, 01 23 45 67 89", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_contact_leads_somewhere_only_if_it_is_an_address(
    pages: Pages, contact: str, href: str | None
):
    html = pages.waiting(ready(), view=replace(VIEW, contact=contact))
    footer = html[html.index('<footer class="contact">') :]
    found = re.search(r'<a href="([^"]*)"', footer)
    assert (found[1] if found else None) == href


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["refused", "unknown", "error"])
def test_a_message_is_a_page_of_its_own(pages: Pages, kind: str, lang: str):
    html = pages.message(kind, lang=lang, nonce="n", values={})  # type: ignore[arg-type]
    assert locale(lang)[f"message.{kind}.headline"] in html
    assert "<script" not in html


def test_a_refusal_names_the_address_that_was_refused(pages: Pages):
    values = {"address": "203.0.113.7", "contact": "studio@example.org"}
    assert "203.0.113.7" in pages.message("refused", lang="en", nonce="n", values=values)


# ---- what must not happen -----------------------------------------------------------------------


def test_hostile_words_stay_words(pages: Pages):
    state = {**SAMPLES["failed-docker"], "reason": HOSTILE, "reason_code": "x", "name": HOSTILE}
    own = replace(
        VIEW, name=HOSTILE, message=HOSTILE, contact=HOSTILE, target=HOSTILE, here=HOSTILE
    )
    html = pages.waiting(state, view=own)
    assert "<script>alert" not in html
    assert html.count("</script>") == 3
    assert data_of(html)["page"] == {
        "base": "/_hall",
        "domain": "client1",
        "name": HOSTILE,
        "target": HOSTILE,
        "zone": "UTC",
        "visited": True,
    }


def test_a_hostile_message_page_stays_words_too(pages: Pages):
    values = dict.fromkeys(("name", "address", "contact", "logo_url"), HOSTILE)
    html = pages.message("refused", lang="fr", nonce="n", values=values)
    assert "<script" not in html


@pytest.mark.parametrize("accent", ["red", "#12345", "#123456}body{display:none", "#12345g", ""])
def test_a_colour_that_is_none_is_left_out(pages: Pages, accent: str):
    html = pages.waiting(ready(), view=replace(VIEW, accent=accent))
    assert ":root{--accent:" not in html.replace(" ", "").replace("--accent:#f0a63a", "")


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_in_the_page_needs_a_looser_policy(pages: Pages, name: str):
    html = pages.waiting(SAMPLES[name], view=VIEW)
    assert not re.search(r"\s(style|on\w+)=", html.split("</style>", 1)[1].split("<script")[0])
    assert re.findall(r"<style[^>]*>", html) == ['<style nonce="n0nce">']
    assert re.findall(r'<script type="module"[^>]*>', html) == [
        '<script type="module" nonce="n0nce" src="/_hall/assets/waiting/waiting.js">'
    ]


def test_nothing_comes_from_outside(pages: Pages):
    own = replace(VIEW, target="/site")
    files = [file.read_text("utf-8") for file in FRONTEND.rglob("*") if file.is_file()]
    addresses = re.findall(
        r"https?://[\w./]+", "\n".join([pages.waiting(ready(), view=own), *files])
    )
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_and_assets_weigh_less_than_forty_kilobytes(pages: Pages, lang: str):
    html = pages.waiting(SAMPLES["failed-app"], view=replace(VIEW, lang=lang))
    paths = re.findall(r'<link rel="modulepreload" href="/_hall/assets/([^"]+)"', html)
    assets = [pages.asset(path) for path in paths]
    weights = [len(asset.gzipped) for asset in assets if asset]
    assert len(weights) == len(paths) > 10
    assert len(gzip.compress(html.encode())) + sum(weights) <= 40_000


def test_every_module_that_the_page_loads_is_announced_and_served(pages: Pages):
    html = pages.waiting(ready(), view=VIEW)
    announced = set(re.findall(r"modulepreload\" href=\"/_hall/assets/([^\"]+)", html))
    assert {"waiting/waiting.js", "waiting/protocol.js", "shared/net/poll.js"} <= announced
    assert all(pages.asset(path) for path in announced)


@pytest.mark.parametrize(
    "path",
    ["../pyproject.toml", "waiting/../../README.md", "waiting/waiting.html", "/etc/passwd", ""],
)
def test_no_path_leads_out_of_the_assets(pages: Pages, path: str):
    assert pages.asset(path) is None


def test_an_asset_comes_with_its_kind_and_compressed(pages: Pages):
    asset = pages.asset("shared/state/store.js")
    assert asset is not None
    assert asset.mimetype.startswith("text/javascript")
    assert gzip.decompress(asset.gzipped) == asset.body


# ---- languages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.7,en;q=0.3", "fr"),
        ("\x00;;q=zz", "en"),
    ],
)
def test_the_language_is_the_browsers_choice(pages: Pages, header: str | None, lang: str):
    assert pages.choose_language(header) == lang


def test_an_english_page_and_its_scripts_have_the_sentences_of_the_core(pages: Pages):
    html = pages.waiting(SAMPLES["asleep"], view=VIEW)
    words = data_of(html)["words"]
    assert f">{TEXTS['asleep']}</p>" in html
    assert {f"reason.{code}": text for code, text in TEXTS.items()}.items() <= words.items()


def test_french_keeps_its_signs_with_their_words():
    loose = [
        text for text in locale("fr").values() if re.search(r"(^|[^\u202f\xa0])[;!?]| [:%]", text)
    ]
    assert loose == []
