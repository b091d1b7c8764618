"""Who cannot be told is refused, and the log says which header and setting to mend."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hall.core.config.document import Configuration
from hall.interface.app import create_app
from hall.interface.auth.client_address import Doubt, peer_address
from hall.interface.auth.client_log import MOST_DOUBTS, Doubts
from tests.interface.serving import served
from tests.interface.wire_talk import WEBSOCKET, head, talk
from tests.support.callers import BROWSER, SCRIPT, Caller
from tests.support.small_hall import PROXY, TOKEN, SmallHouse, a_document, small_house

SETTING = "gateway.trusted_proxies"
ASKED = [
    *(("GET", "/client1"), ("POST", "/client1/form"), ("GET", "/api/status/client1")),
    *(("POST", "/api/wake/client1"), ("POST", "/_hall/api/wake/client1")),
    *(("POST", "/api/activity/client1"), ("GET", "/api/admin/servers")),
    *(("POST", "/api/admin/servers/main/wake"), ("DELETE", "/api/admin/servers/main/hold")),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize(
    "more", [{}, {"X_Real_IP": "127.0.0.1"}, {"X_Forwarded_For": "127.0.0.1,"}]
)
async def test_a_trusted_proxy_that_names_nobody_lets_nobody_in(proxied, house, method, path, more):
    answer = await proxied.ask(method, path, **more)
    error = (await answer.get_json())["error"]
    assert (answer.status_code, error["code"]) == (403, "refused")
    assert error["details"] == {"header": "X-Forwarded-For", "setting": SETTING}
    assert house.power.orders == 0


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize("peer", ["127.0.0.1", "::ffff:127.0.0.1", "::1", "192.168.1.5"])
async def test_a_proxy_that_nobody_named_lets_nobody_in(client, house, method, path, peer):
    answer = await Caller(client, SCRIPT, peer=peer).ask(method, path, Via="1.1 proxy")
    assert answer.status_code == 403
    error = (await answer.get_json())["error"]
    assert error["details"] == {"header": "Via", "setting": SETTING}
    assert "Via" in error["message"]
    assert SETTING in error["message"]
    assert house.power.orders == 0


async def test_the_domains_own_host_name_is_no_way_round(proxied):
    for path in ("/", "/healthz", "/_hall/api/status/client1"):
        assert (await proxied.get(path, Host="client1.example.org")).status_code == 403


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_operators_programs_are_answered_whoever_asks(proxied, path):
    assert (await proxied.get(path)).status_code in {200, 503}
    assert (await proxied.get(path, X_Forwarded_For="junk")).status_code in {200, 503}


async def test_the_page_of_a_refused_visitor_stays_plain(client):
    page = await Caller(client, BROWSER, peer=PROXY).get("/client1")
    html = await page.get_data(as_text=True)
    assert page.status_code == 403
    assert [word for word in ("Forwarded", "trusted", PROXY, "gateway") if word in html] == []


async def test_the_visitors_socket_is_refused_too(house: SmallHouse):
    async with served(house) as port, talk(port) as line:
        line.say(head("GET /_hall/ws/client1", **WEBSOCKET, Origin="http://127.0.0.1", Via="x"))
        assert (await line.answer())[0] == 403


async def test_the_log_says_it_once(proxied, client, caplog):
    with caplog.at_level(logging.WARNING, "hall.http"):
        for _ in range(3):
            await proxied.get("/client1")
            await Caller(client, SCRIPT, peer="8.8.4.4").get("/private", Via="x")
    silent, unnamed = caplog.messages
    assert (PROXY in silent, "X-Forwarded-For" in silent, SETTING in silent) == (True, True, True)
    assert ("8.8.0.0/16" in unnamed, "8.8.4.4" in unnamed) == (True, False)


def test_the_log_ends_whoever_asks(caplog):
    doubts = Doubts()
    with caplog.at_level(logging.WARNING, "hall.http"):
        for number in range(3 * MOST_DOUBTS):
            doubts.tell(Doubt("unnamed_proxy", "Via"), peer_address(f"10.0.0.{number}"))
    assert len(caplog.messages) == MOST_DOUBTS
    assert caplog.messages[-1].endswith("no more of this is logged")


# ---- the gateway's own command line -------------------------------------------------------------


@asynccontextmanager
async def behind_a_local_proxy() -> AsyncIterator[Caller]:
    """A client on the gateway, where a front proxy runs at the same address."""
    document = a_document()
    document["gateway"]["trusted_proxies"] = ["127.0.0.1", "::1"]
    async with small_house(Configuration.model_validate(document)) as house:
        yield Caller(create_app(house.parts).test_client(), SCRIPT)


@pytest.mark.parametrize("more", [{}, {"X_Forwarded_For": "203.0.113.9"}, {"Via": "x"}])
async def test_the_gateways_own_command_proves_itself_by_its_token(more):
    async with behind_a_local_proxy() as caller:
        for path in ("/api/admin/servers", "/api/status/client1"):
            answer = await caller.get(path, Hall_Gateway_Token=TOKEN, **more)
            assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], f"{TOKEN}x", "é"])
async def test_another_token_proves_nothing(token):
    async with behind_a_local_proxy() as caller:
        answer = await caller.get("/api/admin/servers", Hall_Gateway_Token=token)
        assert answer.status_code == 403


async def test_a_token_is_worth_nothing_from_elsewhere(client):
    for peer in ("203.0.113.9", "192.168.1.5"):
        stranger = Caller(client, SCRIPT, peer=peer)
        answer = await stranger.get("/private", Hall_Gateway_Token=TOKEN, X_Forwarded_For="::1")
        assert answer.status_code == 403


async def test_a_gateway_without_a_token_believes_none():
    async with behind_a_local_proxy() as caller:
        answer = await caller.get("/api/admin/servers", Hall_Gateway_Token="")
        assert answer.status_code == 403
