"""HTTP is more than GET and POST by a browser: every method is answered, by path as by host."""

import pytest

from tests.support.callers import Caller

DAV = {"User-Agent": "curl/8.5.0", "Accept": "*/*"}
METHODS = [
    *("PROPFIND", "PROPPATCH", "REPORT", "MKCOL", "MKCALENDAR", "MOVE", "COPY", "LOCK", "UNLOCK"),
    *("SEARCH", "QUERY", "ACL", "BIND", "PURGE", "TRACE", "DELETE", "PATCH", "X-ANY_TOKEN~"),
]


@pytest.fixture
def dav(client) -> Caller:
    return Caller(client, DAV)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("path", "host"), [("/client1/dav/", "gate"), ("/dav/", "client1.example.org")]
)
async def test_asleep_every_method_is_told_to_come_back(dav, house, method, path, host):
    house.power.boots = ()
    answer = await dav.ask(method, path, Host=host)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await answer.get_json())["id"] == "client1"


@pytest.mark.parametrize("method", METHODS)
async def test_ready_every_method_is_sent_on_with_its_method(dav, house, method):
    house.wake_up()
    await dav.get("/client1")
    await house.until("healthy")
    answer = await dav.ask(method, "/client1/dav/a%20b?x=1")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "https://client1.example.org/dav/a%20b?x=1"


async def test_a_method_wakes_as_a_visit_does(dav, house):
    await house.until("asleep")
    await dav.ask("PROPFIND", "/client1/dav/")
    await house.until("healthy")
    assert house.power.orders


@pytest.mark.parametrize("method", ["PROPFIND", "QUERY"])
async def test_a_method_opens_no_door_that_is_closed(dav, method):
    assert (await dav.ask(method, "/private/x")).status_code == 403
    assert (await dav.ask(method, "/nowhere/x")).status_code == 404
    assert (await dav.ask(method, "/api/status/client1")).status_code == 405
    assert (await dav.ask(method, "/healthz")).status_code == 405


async def test_the_description_of_the_api_stands_as_it_did(dav):
    document = await (await dav.get("/openapi.json")).get_json()
    assert "get" in document["paths"]["/{name}"]
