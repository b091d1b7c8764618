import pytest
from asking import BROWSER, ROBOT, SCRIPT
from werkzeug.datastructures import Headers

from hall.interface.access import own_origin, robot, wakes


@pytest.mark.parametrize("headers", [BROWSER, SCRIPT])
def test_people_and_the_tools_they_type_wake(headers):
    assert wakes("GET", "deep/link", Headers(headers))


@pytest.mark.parametrize(
    "agent",
    ["Googlebot/2.1", "WhatsApp/2.23", "UptimeRobot/2.0", "Slackbot-LinkExpanding 1.0", ""],
)
def test_robots_previews_and_monitors_do_not_wake(agent):
    assert robot(agent)
    assert not wakes("GET", "", Headers({**ROBOT, "User-Agent": agent}))


@pytest.mark.parametrize(
    "more",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
    ],
)
def test_prefetch_and_pictures_do_not_wake(more):
    assert not wakes("GET", "", Headers({**BROWSER, **more}))


@pytest.mark.parametrize(
    "path", ["favicon.ico", "robots.txt", "apple-touch-icon-120x120.png", ".well-known/x"]
)
def test_what_browsers_and_robots_fetch_by_themselves_does_not_wake(path):
    assert not wakes("GET", path, Headers(BROWSER))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_methods_that_only_look_do_not_wake(method):
    assert not wakes(method, "", Headers(BROWSER))


def test_scripts_and_own_pages_may_change_state_and_other_sites_may_not():
    known = {"gate"}
    assert own_origin(None, None, known=known)
    assert own_origin("http://gate:8080", "same-origin", known=known)
    assert not own_origin("https://evil.example", "cross-site", known=known)
    assert not own_origin("null", "cross-site", known=known)
    assert not own_origin("http://[", "cross-site", known=known)
    assert not own_origin(None, "cross-site", known=known)
