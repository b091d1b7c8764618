"""Who may ask as an admin."""

import pytest

from hall.core.config.document import Configuration
from hall.interface.app import create_app
from hall.interface.auth.admin import known_host, same_origin
from tests.support.callers import BROWSER, SCRIPT, Caller
from tests.support.small_hall import a_config, a_document, small_house

SERVERS = "/api/admin/servers"


def code(body) -> str:
    return body["error"]["code"]


async def refusal(caller, path=SERVERS, method="GET", **headers: str) -> str:
    answer = await caller.ask(method, path, **headers)
    assert answer.status_code == 403
    return code(await answer.get_json())


async def test_who_is_on_the_local_network_may_ask(client):
    assert (await Caller(client, SCRIPT, peer="192.168.7.7").get(SERVERS)).status_code == 200


async def test_a_stranger_may_not_even_ask(client):
    assert await refusal(Caller(client, BROWSER, peer="198.51.100.1")) == "refused"


async def test_a_stranger_behind_the_front_proxy_is_a_stranger(proxied):
    assert await refusal(proxied, X_Forwarded_For="203.0.113.9") == "refused"
    assert (await proxied.get(SERVERS, X_Forwarded_For="192.168.7.7")).status_code == 200


async def test_the_configuration_says_who_is_an_admin():
    document = a_document()
    document["gateway"]["admin"] = {"allow": ["192.168.7.7"]}
    async with small_house(Configuration.model_validate(document)) as house:
        client = create_app(house.parts).test_client()
        assert await refusal(Caller(client, SCRIPT)) == "refused"
        assert (await Caller(client, SCRIPT, peer="192.168.7.7").get(SERVERS)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "hall.example.org", "192.168.1.2.evil.example"])
async def test_a_name_that_anybody_could_make_point_here_is_refused(script, proxied, host):
    assert await refusal(script, Host=host) == "unknown_host"
    through = {"X_Forwarded_For": "192.168.7.7", "X_Forwarded_Host": host}
    assert await refusal(proxied, **through) == "unknown_host"


async def test_a_forwarded_name_does_not_hide_the_one_that_was_asked_for(proxied):
    through = {"X_Forwarded_For": "192.168.7.7", "X_Forwarded_Host": "gate"}
    assert await refusal(proxied, Host="evil.example", **through) == "unknown_host"


async def test_a_name_that_the_configuration_lists_is_known():
    document = a_document()
    document["gateway"]["admin"] = {"hosts": ["Hall.Example.org"]}
    async with small_house(Configuration.model_validate(document)) as house:
        script = Caller(create_app(house.parts).test_client(), SCRIPT)
        assert (await script.get(SERVERS, Host="hall.example.org:8080")).status_code == 200


@pytest.mark.parametrize(
    ("name", "known"),
    [
        *((name, True) for name in ("127.0.0.1", "[::1]", "[fe80::1]", "localhost", "gateway")),
        *((name, True) for name in ("pi.local", "hall.home.arpa", "a.b.lan", "x.internal")),
        *((name, False) for name in ("", "evil.example", "lan.evil", "127.0.0.1.evil", "[evil]")),
        *((name, False) for name in ("evil.local.example", "1.2.3", "[::1", "local.")),
    ],
)
def test_names_that_no_public_name_server_answers_for_are_known(name, known):
    assert known_host(name, ()) is known


async def test_on_a_domains_own_name_there_is_no_admin(script, proxied):
    answer = await script.get(SERVERS, Host="client1.example.org")
    assert "servers" not in await answer.get_json()
    assert answer.status_code == 503
    through = {"X_Forwarded_For": "192.168.7.7", "X_Forwarded_Host": "gate"}
    assert await refusal(proxied, Host="client1.example.org", **through) == "unknown_host"


async def test_the_waiting_page_has_no_way_to_the_admin(script):
    for host in ("localhost", "client1.example.org"):
        assert (await script.get("/_hall/api/admin/servers", Host=host)).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://gate:9090", "http://["])
async def test_another_sites_page_may_order_nothing(browser, house, origin):
    headers = {"Host": "gate:8080", "Origin": origin}
    path = f"{SERVERS}/main/wake"
    assert await refusal(browser, path, "POST", **headers) == "foreign_origin"
    assert house.power.orders == 0


async def test_a_browser_that_names_no_origin_says_where_the_page_is_from(browser, house):
    path = f"{SERVERS}/main/wake"
    for site in ("cross-site", "same-site"):
        assert await refusal(browser, path, "POST", Sec_Fetch_Site=site) == "foreign_origin"
    assert (await browser.post(path, Sec_Fetch_Site="same-origin")).status_code == 202


async def test_the_gateways_own_page_may_order(browser):
    headers = {"Host": "gate:8080", "Origin": "http://gate:8080", "Sec_Fetch_Site": "same-origin"}
    assert (await browser.post(f"{SERVERS}/main/wake", **headers)).status_code == 202


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("https://hall.lan", "hall.lan", True),
        ("https://hall.lan", "Hall.lan:443", True),
        ("http://hall.lan", "hall.lan:80", True),
        ("http://hall.lan:8080", "hall.lan:8080", True),
        ("http://hall.lan", "hall.lan:8080", False),
        ("http://hall.lan:443", "hall.lan", False),
        ("https://hall.lan.evil.example", "hall.lan", False),
        ("http://user@hall.lan", "hall.lan", False),
        ("null", "", False),
        ("file://", "", False),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(origin, host, same):
    assert same_origin(origin, host) is same


def test_a_name_of_a_domain_cannot_be_one_of_hall():
    from hall.core.config.references import cross_check

    config = a_config()
    admin = config.gateway.admin.model_copy(update={"hosts": ("client1.example.org",)})
    gateway = config.gateway.model_copy(update={"admin": admin})
    [(place, text)] = cross_check(config.model_copy(update={"gateway": gateway}))
    assert (place, "client1" in text) == (("gateway", "admin", "hosts", 0), True)
