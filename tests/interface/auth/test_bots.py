"""Whose asking is a visit: what is asked and how, then who asks."""

import pytest
from werkzeug.datastructures import Headers

from hall.core.config.gateway import WakersConfig
from hall.interface.auth.bots import RequestSigns, counts_as_visit
from hall.interface.auth.programs import READ, SILENT, WAKES, Named, name_words, named
from tests.support.callers import BROWSER, SCRIPT

NOBODY = WakersConfig()
PHONE = (
    "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE S) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
OLD = "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)"
OWN = "https://client1.example.org/deep?x=1"
TYPED = {
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
}
MOVED = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


NO_PAGES = (
    "audio audioworklet embed empty font frame iframe image manifest object paintworklet report "
    "script serviceworker sharedworker style track video webidentity worker xslt"
)


def asked(headers: dict[str, str], method: str = "GET", path: str = "deep") -> RequestSigns:
    return RequestSigns(
        method=method,
        path=path,
        here=f"/{path}?x=1",
        host="client1.example.org",
        headers=Headers(headers),
    )


def a_visit(more: dict[str, str], method: str = "GET", path: str = "deep") -> bool:
    return counts_as_visit(asked({**BROWSER, **more}, method, path), NOBODY)


# ---- what is asked, and how ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{}, TYPED, {"User-Agent": SAFARI}, {"User-Agent": PHONE}, {"User-Agent": OLD}]
)
def test_a_person_at_a_browser_wakes(more):
    assert a_visit(more)
    assert a_visit(more, "POST")


@pytest.mark.parametrize(
    "more",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Sec-Purpose": "prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "preview"},
        {"Service-Worker": "script", "Accept": "*/*"},
        {"Content-Type": "application/csp-report"},
        {"Content-Type": "text/ping; charset=utf-8"},
    ],
)
def test_what_a_browser_fetches_ahead_or_reports_does_not_wake(more):
    assert not a_visit(more)
    assert not a_visit({**TYPED, **more})
    assert not a_visit(more, "POST")


@pytest.mark.parametrize("kind", NO_PAGES.split())
@pytest.mark.parametrize("site", ["same-origin", "same-site", "cross-site"])
def test_what_is_no_page_of_its_own_does_not_wake(kind, site):
    assert not a_visit({"Sec-Fetch-Dest": kind, "Sec-Fetch-Site": site})
    assert not a_visit({"Sec-Fetch-Dest": kind, "Sec-Fetch-Site": site}, "POST")


def test_a_click_within_a_frame_is_a_persons():
    frame = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
    assert a_visit({**frame, "Sec-Fetch-User": "?1"})


@pytest.mark.parametrize(
    "more",
    [
        {"Accept": "*/*"},
        {"Accept": "application/json, text/plain, */*"},
        {"Accept": "text/event-stream"},
        {"Accept": "image/avif,image/webp,*/*;q=0.8"},
        {"Accept": "text/html, */*", "X-Requested-With": "XMLHttpRequest"},
        {"Connection": "Upgrade", "Upgrade": "websocket"},
    ],
)
def test_without_fetch_metadata_the_same_is_told_by_what_a_browser_accepts(more):
    assert not a_visit(more)


def test_a_page_that_reloads_or_moves_by_itself_does_not_wake():
    moved = {**MOVED, "User-Agent": PHONE}
    assert not a_visit(moved)
    assert not a_visit({**MOVED, "Referer": OWN})
    assert not a_visit({"Referer": OWN})
    assert a_visit({**moved, "Sec-Fetch-User": "?1", "Referer": OWN})
    assert a_visit({**MOVED, "Sec-Fetch-Site": "cross-site"})
    assert a_visit({"Referer": "https://client1.example.org/"})
    assert a_visit({"Referer": "https://[", "Accept": "text/html"})


def test_a_browser_that_does_not_tell_who_acts_is_believed_unless_the_page_reloads_itself():
    assert a_visit({**MOVED, "User-Agent": SAFARI, "Referer": "https://client1.example.org/"})
    assert a_visit({**MOVED, "Referer": "https://client1.example.org/"})
    assert not a_visit({**MOVED, "User-Agent": SAFARI, "Referer": OWN})


@pytest.mark.parametrize(
    "path",
    ["favicon.ico", "robots.txt", "apple-touch-icon-120x120.png", ".well-known/x", "llms.txt"],
)
def test_what_browsers_and_robots_fetch_by_themselves_does_not_wake(path):
    assert not a_visit({}, path=path)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE"])
def test_methods_that_only_look_do_not_wake(method):
    assert not a_visit({}, method)
    assert not counts_as_visit(asked(SCRIPT, method), NOBODY)


def test_a_look_of_halls_own_page_is_no_visit_whatever_it_is_sent_with():
    assert not a_visit({"X-Hall": "look"})


# ---- who asks -----------------------------------------------------------------------------------

PEOPLE = [
    "curl/8.5.0",
    "Wget/1.21.3",
    "git/2.39.2",
    "docker/26.1.0 go/go1.21.9 git-commit/9dbdbd4 kernel/6.1.0 os/linux arch/amd64",
    "DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0) Android/14",
    "okhttp/4.12.0",
    "Dart/3.4 (dart:io)",
    "python-requests/2.31.0",
    "Python-urllib/3.11",
    "python-httpx/0.27.0",
    "HomeAssistant/2024.6.0 aiohttp/3.9.5 Python/3.12",
    "Python/3.11 aiohttp/3.9.5",
    "Go-http-client/1.1",
    'pip/24.0 {"ci":null,"cpu":"x86_64","implementation":{"name":"CPython"}}',
    "npm/10.2.3 node/v20.10.0 linux x64 workspaces/false",
    "Composer/2.7.1 (Linux; 6.1.0; PHP 8.2.7; cURL 7.88.1)",
    "VLC/3.0.20 LibVLC/3.0.20",
    "PostmanRuntime/7.36.1",
    "Java/17.0.9",
    "Jellyfin/2.6.0 (Android 14)",
    "Debian APT-HTTP/1.3 (2.6.1)",
    "Mozilla/5.0 (Linux) mirall/3.7.3 (Nextcloud, debian-6.1.0 ClientArchitecture: x86_64)",
    "Mozilla/5.0 (Android) Nextcloud-android/3.29.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0",
    "Immich/1.106 CFNetwork/1490 Darwin/23.0.0",
    "SomeAppOfMine/1.0",
    "OpenTofu/1.6.0 (+https://opentofu.org)",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.3803",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "node",
]

ROBOTS = [
    "",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
    PHONE + " (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Uptime-Kuma/1.23.13",
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/63.0 Safari/537.36 StatusCake",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Better Uptime Bot Mozilla/5.0",
    "check_http/v2.3.1 (monitoring-plugins 2.3.1)",
    "Blackbox Exporter/0.24.0",
    "kube-probe/1.29",
    "FreshRSS/1.24.1 (Linux; https://freshrss.org)",
    "Mozilla/5.0 (compatible; Miniflux/2.1.0; +https://miniflux.app)",
    "Mozilla/5.0 (compatible; SomeNewRobot/1.0)",
    "MyCrawler python-requests/2.31.0",
    "SomethingNew/1.0 (+https://something.example/why)",
    "Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)",
    "Edge Health Probe",
    "Envoy/HC",
    "checkmk-active-httpv2/2.3.0",
    "Mozilla/5.0 (compatible; SomethingQuiet/1.0)",
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    "SomethingElse/1.0; +info@something.example",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36",
    "Hall/0.1.0 (health check)",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_the_programs_of_people_wake(agent):
    assert counts_as_visit(asked({"User-Agent": agent, "Accept": "*/*"}), NOBODY)


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_previews_monitors_and_feed_fetchers_do_not_wake(agent):
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "text/html"}, TYPED):
        assert not counts_as_visit(asked({**accept, "User-Agent": agent}), NOBODY)


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "MKCOL", "PUT", "LOCK", "POST"])
def test_a_calendar_client_wakes_with_any_method_of_its_own(method):
    headers = {"User-Agent": "DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0)", "Accept": "*/*"}
    assert counts_as_visit(asked(headers, method), NOBODY)


def test_a_mail_program_that_is_built_on_a_browser_wakes():
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0"
    own = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "none", "Accept": "text/xml"}
    assert counts_as_visit(asked({**own, "User-Agent": agent}, "REPORT"), NOBODY)
    assert not a_visit(own)


def test_the_owner_lets_a_robot_wake_and_keeps_a_program_from_it():
    owner = WakersConfig(allow=("Uptime-Kuma",), deny=("git", "someapp"))
    assert counts_as_visit(asked({"User-Agent": "Uptime-Kuma/1.23.13"}), owner)
    assert not counts_as_visit(asked({"User-Agent": "git/2.39.2"}), owner)
    assert not counts_as_visit(asked({"User-Agent": "SomeApp/1.0"}), owner)
    assert counts_as_visit(asked({"User-Agent": "git-lfs/3.4.0"}), WakersConfig(deny=("lfs-git",)))


def test_a_denied_program_does_not_wake_though_it_is_allowed_as_well():
    owner = WakersConfig(allow=("git",), deny=("git",))
    assert named("git/2.39.2", owner) is Named.SILENT


def test_an_allowed_program_still_has_to_ask_for_something():
    owner = WakersConfig(allow=("firefox",))
    assert not counts_as_visit(asked({**BROWSER, "Sec-Fetch-Dest": "image"}), owner)
    assert not counts_as_visit(asked({**BROWSER}, "HEAD"), owner)


def test_no_more_of_a_name_is_read_than_its_beginning():
    long = "x" * READ
    assert name_words(f"{long}Googlebot" + " y" * 8_000) == {long}
    assert named(f"{long} Googlebot/2.1", NOBODY) is Named.UNHEARD_OF


def test_a_name_is_read_in_one_pass_whatever_is_in_it():
    hostile = (".-_" * READ, "a." * READ, "(" * READ, "\x00\xff" * READ, "+http" * READ)
    assert all(len(name_words(name)) <= READ for name in hostile)


def test_each_word_of_the_table_is_one_and_stands_in_it_once():
    words = " ".join([*SILENT.values(), *WAKES.values()]).split()
    assert [word for word in words if word not in name_words(f"{word}/1.0")] == []
    assert sorted({word for word in words if words.count(word) > 1}) == []
