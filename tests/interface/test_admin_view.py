"""What an admin sees."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from hall.core.model.facts import TrafficSeen
from hall.core.model.guards import GuardReport, Unreadable
from hall.core.model.override import Hold, HoldKind
from tests.interface.admin_house import DOMAIN, SERVER, Admin, sleepy, until, up
from tests.support.small_hall import small_house


@pytest.fixture
async def house():
    async with small_house(sleepy()) as running:
        yield running


@pytest.fixture
def admin(house):
    return Admin(house)


async def test_a_server_is_seen_with_its_status_its_verdict_and_its_domains(admin, house):
    await house.until("asleep")
    seen = await admin.read(SERVER)
    assert (seen["id"], seen["status"], seen["hold"], seen["sleep"]) == (
        "main",
        "asleep",
        None,
        None,
    )
    assert seen["verdict"]["stance"] == "rest"
    assert seen["verdict"]["reason"] == "Nobody needs it, and it is asleep"
    assert [one["id"] for one in seen["domains"]] == ["client1"]
    assert seen["ways"] == {"wake": "wol", "sleep": "webhook"}
    assert seen["watts"]["awake"] == 80


async def test_all_servers_are_seen_at_once(admin):
    [server] = (await admin.read("/api/admin/servers"))["servers"]
    assert server["id"] == "main"


async def test_a_domain_is_seen_as_its_visitors_do_and_with_what_admins_need(admin, house):
    await admin.tell(f"{DOMAIN}/wake")
    await house.until("healthy")
    seen = await admin.read(DOMAIN)
    assert (seen["status"], seen["ready"], seen["policy"]) == ("healthy", True, "on_demand")
    assert re.fullmatch(r"Called by an admin \d s ago, kept for \d+ min more", reason(seen))
    assert seen["verdict"]["next"]["in_s"] == pytest.approx(1800, abs=5)
    assert seen["activity"]["sign"] == "admin"
    assert reason(seen["server"]).startswith("client1: Called by an admin")


def reason(seen) -> str:
    return seen["verdict"]["reason"]


async def test_traffic_is_told_as_a_rate(admin, house):
    await up(house)
    clock = house.clock
    for at, total in ((0, 0), (30, 3000)):
        clock.fixed = clock.now() + at
        await house.parts.supervisor.ask("client1", TrafficSeen("client1", total))
    assert (await admin.read(DOMAIN))["traffic"]["bytes_per_minute"] == 6000


async def test_who_is_busy_is_told_and_what_could_not_be_read(admin, house):
    house.watchman.busy = GuardReport(sessions=("alice on pts/0",), load=Unreadable("no such file"))
    await up(house)
    assert (await admin.read(SERVER))["guards"]["busy"] is None
    await admin.tell(f"{SERVER}/sleep")
    await until(lambda: house.parts.supervisor.server("main").guards is not None)
    guards = (await admin.read(SERVER))["guards"]
    assert [one["text"] for one in guards["busy"]] == [
        "Logged in: alice on pts/0",
        "load cannot be read: no such file",
    ]
    assert guards["unread"] == ["load"]


async def test_the_answers_fit_their_own_description(admin, house):
    document = await admin.read("/openapi.json")
    hold = Hold(kind=HoldKind.AWAKE, until=house.clock.now() + 60)
    await house.parts.admin.hold(house.parts.admin.domain("client1"), hold)
    for path, name in ((SERVER, "servers/{name}"), (DOMAIN, "domains/{name}")):
        answers = document["paths"][f"/api/admin/{name}"]["get"]["responses"]
        schema = answers["200"]["content"]["application/json"]["schema"]
        full = {**schema, "components": document["components"]}
        assert list(Draft202012Validator(full).iter_errors(await admin.read(path))) == []


async def test_an_order_is_described_with_what_it_takes_and_answers(admin):
    document = await admin.read("/openapi.json")
    hold = document["paths"]["/api/admin/domains/{name}/hold"]
    assert set(hold) == {"post", "delete"}
    assert "for_s" in json.dumps(hold["post"]["requestBody"])
    assert set(hold["post"]["responses"]) >= {"200", "400", "403", "404", "409"}
    assert hold["post"]["summary"].startswith("Hold it awake, or asleep")


async def test_no_secret_and_no_address_is_told(house):
    told = json.dumps(await Admin(house).read("/api/admin/servers"))
    assert not [word for word in ("192.0.2.20", "02:00:00", "192.0.2.21") if word in told]


@pytest.mark.parametrize("path", ["servers/nowhere", "domains/nowhere", "domains/main"])
async def test_an_unknown_name_is_told_as_such(admin, path):
    answer = await admin.get(f"/api/admin/{path}")
    kind = path.split("/")[0].removesuffix("s")
    body = await answer.get_json()
    assert (answer.status_code, body["error"]["code"]) == (404, f"unknown_{kind}")
