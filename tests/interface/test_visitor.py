import pytest

from hall.core.model.events import AccessRefused
from hall.interface.app import create_app
from tests.support.callers import BROWSER, Caller
from tests.support.small_hall import PROXY, a_config, small_house

DEEP = "/client1/deep/caf%C3%A9%20x?q=a%20b&q=c"
TARGET = "https://client1.example.org/deep/caf%C3%A9%20x?q=a%20b&q=c"


async def test_a_person_gets_the_waiting_page_and_wakes_the_server(browser, house):
    house.power.boots = ()
    answer = await browser.get("/client1")
    assert answer.status_code == 503
    assert "Client 1" in await answer.get_data(as_text=True)
    await house.until("waking")


async def test_the_waiting_page_says_come_back_and_is_never_kept(browser):
    answer = await browser.get("/client1")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type.startswith("text/html")


async def test_a_script_gets_json_with_the_same_status(script):
    answer = await script.get("/client1")
    assert answer.status_code == 503
    assert (await answer.get_json())["id"] == "client1"
    assert "Retry-After" in answer.headers


async def test_once_ready_a_visitor_goes_straight_in_with_path_and_query_kept(browser, house):
    await browser.get("/client1")
    await house.until("healthy")
    answer = await browser.get(DEEP)
    assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)


@pytest.mark.parametrize(
    ("peer", "host", "status"),
    [
        (PROXY, "client1.example.org", 503),
        (PROXY, "client1.example.org:8443", 503),
        (PROXY, "client1.example.org:9000", 302),
        ("127.0.0.1", "client1.example.org", 302),
    ],
)
async def test_a_proxy_that_leaves_its_port_out_leads_nobody_in_circles(peer, host, status):
    async with small_house(a_config(url="https://client1.example.org:8443/")) as house:
        browser = Caller(create_app(house.parts).test_client(), BROWSER, peer=peer)
        asked = {"Host": host} | ({"X_Forwarded_For": "127.0.0.1"} if peer == PROXY else {})
        await browser.get("/deep?x=1", **asked)
        await house.until("healthy")
        assert (await browser.get("/deep?x=1", **asked)).status_code == status


async def test_the_waiting_page_keeps_the_deep_link_for_later(browser):
    html = await (await browser.get(DEEP)).get_data(as_text=True)
    assert TARGET.replace("&", "&amp;") in html or TARGET in html


async def test_a_post_that_finds_it_ready_is_sent_on_with_its_method(browser, house):
    await browser.get("/client1")
    await house.until("healthy")
    assert (await browser.post("/client1/form")).status_code == 307


async def test_paths_cannot_lead_to_another_site(browser, house):
    await browser.get("/client1")
    await house.until("healthy")
    for path in ("/client1//evil.example/", "/client1/%2F/evil.example", "/client1/@evil.example"):
        location = (await browser.get(path)).headers["Location"]
        assert location.startswith("https://client1.example.org/")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
async def test_looking_wakes_nobody(browser, house, method):
    await house.until("asleep")
    assert (await browser.ask(method, "/client1")).status_code == 503
    assert house.status == "asleep"


async def test_a_robot_sees_the_page_and_wakes_nobody(robot, house):
    await house.until("asleep")
    assert (await robot.get("/client1")).status_code == 503
    assert house.status == "asleep"
    assert house.power.orders == 0


async def test_an_unknown_domain_is_a_page_for_people_and_json_for_scripts(browser, script):
    page, answer = await browser.get("/nowhere"), await script.get("/nowhere")
    assert page.status_code == answer.status_code == 404
    assert page.content_type.startswith("text/html")
    assert (await answer.get_json())["error"]["code"] == "unknown_domain"


async def test_who_is_not_on_the_list_is_refused_and_that_is_journalled(browser, house):
    answer = await browser.get("/private")
    assert (await browser.get("/private")).status_code == answer.status_code == 403
    assert "127.0.0.1" in await answer.get_data(as_text=True)
    await house.parts.visits.order("client1")
    await house.recorder.flush()
    refused = [event for event in house.journal.events if isinstance(event, AccessRefused)]
    assert [event.address for event in refused] == ["127.0.0.0/16"]


async def test_a_script_is_told_whose_list_it_is_not_on_and_a_page_is_not(browser, script):
    whose = "Address 127.0.0.1 is not on the access list of private (domains.private.access.allow)"
    for path in ("/api/status/private", "/private"):
        answer = await script.get(path)
        assert (await answer.get_json())["error"]["message"] == whose
    for path in ("/private", "/_hall/api/status/private"):
        page = await browser.get(path)
        assert "access.allow" not in await page.get_data(as_text=True)


async def test_a_proxied_client_is_judged_by_its_own_address(proxied):
    assert (await proxied.get("/client1", X_Forwarded_For="198.51.100.1")).status_code == 403
    assert (await proxied.get("/private", X_Forwarded_For="203.0.113.7")).status_code == 503


async def test_a_stranger_cannot_claim_an_address(client):
    stranger = Caller(client, {"Accept": "text/html", "User-Agent": "x"}, peer="198.51.100.1")
    assert (await stranger.get("/private", X_Forwarded_For="203.0.113.7")).status_code == 403


async def test_on_its_own_host_name_every_path_is_the_domains(browser):
    html = await (await browser.get("/api/status/x?y=1", Host="client1.example.org")).get_data()
    assert b"https://client1.example.org/api/status/x?y=1" in html


async def test_a_host_that_the_proxy_has_not_switched_yet_is_not_redirected_to_itself(
    browser, house
):
    await browser.get("/client1")
    await house.until("healthy")
    answer = await browser.get("/deep", Host="client1.example.org")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


async def test_a_port_that_goes_without_saying_makes_no_endless_redirect():
    config = a_config(url="http://client1.example.org:80/")
    async with small_house(config) as house:
        caller = Caller(create_app(house.parts).test_client(), BROWSER)
        await caller.get("/client1")
        await house.until("healthy")
        answer = await caller.get("/deep", Host="client1.example.org")
    assert answer.status_code == 503


@pytest.mark.parametrize("path", ["/client%31/a/b", "//client1/a/b"])
async def test_a_path_that_is_written_oddly_keeps_its_deep_link(browser, house, path):
    await browser.get("/client1")
    await house.until("healthy")
    answer = await browser.get(path)
    assert answer.headers["Location"] == "https://client1.example.org/a/b"


async def test_on_its_own_host_name_no_other_domain_is_seen(script):
    answer = await script.get("/_hall/api/status/private", Host="client1.example.org")
    assert answer.status_code == 404


async def test_the_page_forbids_everything_from_outside(browser):
    policy = (await browser.get("/client1")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_visitors_never_see_addresses_macs_or_other_domains(browser, house):
    house.power.boots = ()
    html = await (await browser.get("/client1")).get_data(as_text=True)
    for secret in ("192.0.2.20", "02:00:00:00:00:01", "private", "Private"):
        assert secret not in html


async def test_only_the_origins_that_are_named_may_frame_the_page(browser):
    answer = await browser.get("/client1")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    framers = ("https://dash.example.org", "http://192.168.1.5:8123")
    async with small_house(a_config(page={"framed_by": framers})) as house:
        browser = Caller(create_app(house.parts).test_client(), BROWSER)
        policy = (await browser.get("/client1")).headers["Content-Security-Policy"]
        assert policy.endswith(f"frame-ancestors {' '.join(framers)}")
        refused = (await browser.get("/private")).headers["Content-Security-Policy"]
        assert refused.endswith("frame-ancestors 'none'")
