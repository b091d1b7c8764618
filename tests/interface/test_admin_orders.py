"""What an admin orders: holds, wake now, sleep now."""

import pytest

from hall.core.config.document import Configuration
from hall.core.model.container import Container, ContainerChange
from hall.core.model.guards import GuardReport
from tests.interface.admin_house import DOMAIN, SERVER, SLEEP, Admin, sleepy, until, up
from tests.support.small_hall import SmallHouse, a_document, small_house

QUIET = GuardReport()
SOMEBODY = GuardReport(sessions=("alice on pts/0",))
ALWAYS = {"policy": {"type": "always_on"}}


@pytest.fixture
async def house():
    async with small_house(sleepy()) as running:
        yield running


@pytest.fixture
def admin(house):
    return Admin(house)


async def asleep(house: SmallHouse) -> None:
    await until(lambda: house.parts.supervisor.server("main").status_now.status == "asleep")


async def guards_read(house: SmallHouse) -> None:
    await until(lambda: house.parts.supervisor.server("main").guards is not None)


# ---- holds ---------------------------------------------------------------------------------------


async def test_a_hold_for_an_hour_lasts_an_hour_though_the_clock_is_set(admin, house):
    await admin.tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 3600})
    house.clock.set(-7200)
    await house.parts.visits.report("client1")
    assert 3500 < (await admin.read(DOMAIN))["hold"]["left_s"] <= 3600


async def test_a_hold_says_until_when_and_is_lifted(admin, house):
    status, seen = await admin.tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 3600})
    assert (status, seen["hold"]["kind"]) == (200, "awake")
    assert seen["hold"]["left_s"] == pytest.approx(3600, abs=5)
    assert seen["verdict"]["stance"] == "wake"
    assert seen["verdict"]["reason"].startswith("Held awake by an admin for")
    status, seen = await admin.tell(f"{DOMAIN}/hold", method="DELETE")
    assert (status, seen["hold"]) == (200, None)
    assert (await admin.tell(f"{DOMAIN}/hold", method="DELETE"))[0] == 200


async def test_a_hold_ends_at_an_instant_too(admin, house):
    house.clock.fixed = 1_800_000_000.0
    body = {"kind": "asleep", "until": "2027-01-15T09:30:00+01:00"}
    _, seen = await admin.tell(f"{SERVER}/hold", body)
    assert seen["hold"] == {"kind": "asleep", "until": "2027-01-15T08:30:00.000Z", "left_s": 1800.0}


async def test_a_domain_held_awake_is_woken_and_one_held_asleep_is_not(admin, house):
    await house.until("asleep")
    await admin.tell(f"{DOMAIN}/hold", {"kind": "asleep", "for_s": 60})
    await admin.post("/api/wake/client1")
    await admin.get("/client1")
    assert (house.power.orders, house.status) == (0, "asleep")
    await admin.tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 60})
    await house.until("healthy")
    assert house.power.orders > 0


async def test_a_hold_expires_by_itself(admin, house):
    await house.until("asleep")
    await admin.tell(f"{DOMAIN}/hold", {"kind": "asleep", "for_s": 0.2})
    await until(lambda: house.parts.visits.view("client1").domain.hold is None)
    await admin.post("/api/wake/client1")
    await house.until("healthy")
    assert house.power.orders


async def test_the_latest_of_two_holds_counts(admin):
    await admin.tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 60})
    _, seen = await admin.tell(f"{SERVER}/hold", {"kind": "asleep", "for_s": 60})
    assert (seen["hold"]["kind"], seen["domains"][0]["hold"]) == ("asleep", None)
    _, seen = await admin.tell(f"{DOMAIN}/hold", {"kind": "awake", "for_s": 60})
    assert (seen["hold"]["kind"], seen["server"]["hold"]) == ("awake", None)


MISTAKES = (
    ({"for_s": 60}, "kind: missing"),
    ({"kind": "awke", "for_s": 60}, "kind='awke': Input should be 'awake' or 'asleep'"),
    ({"kind": "awake"}, 'exactly one of "until" and "for_s"'),
    ({"kind": "awake", "for_s": 1, "until": "2030-01-01T00:00:00Z"}, "exactly one of"),
    ({"kind": "awake", "for_s": 0}, "for_s=0: Input should be greater than 0"),
    ({"kind": "awake", "for_s": -5}, "for_s=-5"),
    ({"kind": "awake", "for_s": 366 * 86_400 + 1}, "less than or equal to 31622400"),
    ({"kind": "awake", "for_s": "60"}, "for_s='60': Input should be a valid number"),
    ({"kind": "awake", "fro_s": 60}, "fro_s: unknown key"),
    ({"kind": "awake", "until": "tomorrow"}, "until='tomorrow': expected ISO 8601"),
    ({"kind": "awake", "until": "2026-12-01T08:00"}, "with its offset"),
    ({"kind": "awake", "until": "1970-01-01T00:00:00Z"}, "is past: expected one within 366"),
    ({"kind": "awake", "until": "9999-12-31T23:59:59-23:59"}, "is too far away"),
    ({"kind": "awake", "until": "0001-01-01T00:00:00+23:59"}, "is past"),
    ([], "The body: Input should be an object"),
)


async def test_a_hold_that_makes_no_sense_is_told_by_value_place_and_what_was_expected(
    admin, house
):
    for body, words in MISTAKES:
        status, said = await admin.tell(f"{DOMAIN}/hold", body)
        assert (status, said["error"]["code"]) == (400, "bad_request"), body
        assert words in said["error"]["message"]
    assert house.parts.visits.view("client1").domain.hold is None


async def test_what_is_no_json_is_told_as_such(admin):
    for data in (b"{", b'{"kind": "awake", "for_s": NaN}', b"\xff"):
        answer = await admin.send(f"{DOMAIN}/hold", data, "application/json")
        assert answer.status_code == 400


async def test_a_form_orders_nothing(admin, house):
    answer = await admin.send(f"{SERVER}/wake", b"a=b", "application/x-www-form-urlencoded")
    assert (answer.status_code, house.power.orders) == (415, 0)
    answer = await admin.send(f"{SERVER}/sleep", b'{"force": true}', "text/plain")
    assert answer.status_code == 415


# ---- wake now ------------------------------------------------------------------------------------


async def test_wake_now_overrides_a_hold(admin, house):
    await house.until("asleep")
    for path in (DOMAIN, SERVER):
        await admin.tell(f"{path}/hold", {"kind": "asleep", "for_s": 60})
    status, seen = await admin.tell(f"{DOMAIN}/wake")
    assert (status, seen["hold"], seen["server"]["hold"]) == (202, None, None)
    await house.until("healthy")
    assert (await admin.tell(f"{DOMAIN}/wake"))[0] == 200


async def test_a_wake_that_is_not_to_pass_over_a_hold_is_refused_with_its_end(admin, house):
    await house.until("asleep")
    house.clock.fixed = 1_800_000_000.0
    for path, name in ((DOMAIN, "client1"), (SERVER, "main")):
        assert (await admin.tell(f"{path}/hold", {"kind": "asleep", "for_s": 60}))[0] == 200
        status, said = await admin.tell(f"{path}/wake", {"now": False})
        assert (status, said["error"]["code"]) == (409, "held")
        held = f"{name} is held asleep by an admin until 2027-01-15T08:01:00Z"
        assert (said["error"]["message"], said["error"]["details"]["id"]) == (held, name)
        await admin.tell(f"{path}/hold", method="DELETE")
    assert house.power.orders == 0
    assert (await admin.tell(f"{SERVER}/wake", {"now": False}))[0] == 202


async def test_wake_now_opens_what_is_closed():
    window = {"days": ["sun"], "from": "08:00", "to": "09:00"}
    async with small_house(sleepy(policy={"type": "scheduled", "open": [window]})) as house:
        admin = Admin(house)
        await house.until("asleep")
        assert (await admin.read(DOMAIN))["shut"]["code"] == "closed"
        assert (await admin.tell(f"{DOMAIN}/wake", {"now": False}))[0] == 409
        assert (await admin.tell(f"{DOMAIN}/wake"))[0] == 202
        await house.until("healthy")
        assert (await admin.read(DOMAIN))["shut"] is None


async def test_a_server_is_woken_for_its_own_sake(admin, house):
    await house.until("asleep")
    status, seen = await admin.tell(f"{SERVER}/wake")
    assert (status, seen["status"]) == (202, "waking")
    assert seen["called_at"] is not None
    await until(lambda: house.parts.supervisor.server("main").status_now.status == "healthy")
    assert (await admin.tell(f"{SERVER}/wake"))[0] == 200


@pytest.mark.parametrize("path", [SERVER, DOMAIN])
async def test_what_is_down_and_has_no_way_to_be_woken_says_so(path):
    async with small_house(sleepy({"wake": None})) as house:
        await house.until("asleep")
        status, said = await Admin(house).tell(f"{path}/wake")
        assert (status, said["error"]["code"]) == (409, "no_way_to_wake")
        assert 'configure "wake" of servers.main' in said["error"]["message"]


@pytest.mark.parametrize("path", [SERVER, DOMAIN])
async def test_what_is_up_needs_no_way_to_be_woken(path):
    async with small_house(sleepy({"wake": None})) as house:
        house.docker.known = {"web": Container(name="web", state="running")}
        house.wake_up()
        await until(lambda: house.parts.visits.view("client1").ready)
        assert (await Admin(house).tell(f"{path}/wake"))[0] == 200


# ---- sleep now -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SERVER, DOMAIN])
async def test_sleep_now_puts_a_quiet_server_to_sleep(admin, house, path):
    await up(house)
    status, seen = await admin.tell(f"{path}/sleep")
    assert (status, seen["status"]) == (202, "healthy")
    await asleep(house)
    assert house.rest.orders == 1
    assert (await admin.tell(f"{path}/sleep"))[0] == 200
    assert house.rest.orders == 1


async def test_a_busy_guard_is_waited_for_and_named():
    async with small_house(sleepy({"guards": {"every_seconds": 0.2}, "ssh": SSH})) as house:
        admin, house.watchman.busy = Admin(house), SOMEBODY
        await up(house)
        assert (await admin.tell(f"{SERVER}/sleep"))[0] == 202
        await guards_read(house)
        seen = await admin.read(SERVER)
        assert seen["verdict"]["reason"] == (
            "Nobody needs it, but it is busy: Logged in: alice on pts/0"
        )
        assert house.rest.orders == 0
        house.watchman.busy = QUIET
        await asleep(house)


SSH = {"key": "key", "user": "hall", "host_key": "ssh-ed25519 " + "A" * 68}


async def test_force_passes_over_the_guards_of_a_server_but_not_of_a_domain(admin, house):
    house.watchman.busy = SOMEBODY
    await up(house)
    status, said = await admin.tell(f"{DOMAIN}/sleep", {"force": True})
    assert (status, "for a server only" in said["error"]["message"]) == (400, True)
    assert (await admin.tell(f"{SERVER}/sleep", {"force": True}))[0] == 202
    await asleep(house)
    assert (house.rest.orders, house.watchman.asked) == (1, 0)


@pytest.mark.parametrize(
    ("path", "way_out"),
    [
        (DOMAIN, "hall hold client1 asleep --for 2h"),
        (SERVER, "hall hold main asleep --for 2h --server"),
    ],
)
async def test_what_policy_wants_awake_stays_so_and_the_way_out_is_told(path, way_out):
    async with small_house(sleepy(**ALWAYS)) as house:
        await up(house)
        admin = Admin(house)
        status, said = await admin.tell(f"{path}/sleep")
        assert (status, said["error"]["code"]) == (409, "wanted_awake")
        assert "Always on" in said["error"]["message"]
        assert said["error"]["message"].endswith(f"hold it asleep first: {way_out}")
        await admin.tell(f"{path}/hold", {"kind": "asleep", "for_s": 60})
        assert (await admin.tell(f"{path}/sleep"))[0] == 202
        await asleep(house)


@pytest.mark.parametrize(("path", "name"), [(DOMAIN, "client1"), (SERVER, "main --server")])
async def test_what_is_held_awake_stays_so_until_its_hold_is_lifted(admin, house, path, name):
    await up(house)
    await admin.tell(f"{path}/hold", {"kind": "awake", "for_s": 60})
    status, said = await admin.tell(f"{path}/sleep")
    assert status == 409
    assert "Held awake by an admin for" in said["error"]["message"]
    first, *option = name.split()
    assert said["error"]["message"].endswith(" ".join([f"hall hold {first} off", *option]))
    await admin.tell(f"{path}/hold", method="DELETE")
    assert (await admin.tell(f"{path}/sleep"))[0] == 202
    await asleep(house)


@pytest.mark.parametrize("path", [SERVER, DOMAIN])
async def test_a_server_that_cannot_be_put_to_sleep_says_so(path):
    async with small_house(sleepy({"sleep": None})) as house:
        await up(house)
        status, said = await Admin(house).tell(f"{path}/sleep")
        assert (status, said["error"]["code"]) == (409, "no_way_to_sleep")
        assert 'configure "sleep" of servers.main' in said["error"]["message"]


async def test_a_server_that_no_domain_is_on_is_left_as_it_is():
    document = a_document()
    document["servers"]["spare"] = {**document["servers"]["main"], "sleep": SLEEP}
    async with small_house(Configuration.model_validate(document)) as house:
        status, said = await Admin(house).tell("/api/admin/servers/spare/sleep")
        assert (status, said["error"]["code"]) == (409, "no_way_to_sleep")
        assert "No domain is on server spare" in said["error"]["message"]


async def test_a_domain_rests_alone_while_its_server_stays_up_for_another():
    document = a_document()
    document["servers"]["main"]["sleep"] = SLEEP
    document["domains"]["private"]["policy"] = {"type": "always_on"}
    async with small_house(Configuration.model_validate(document)) as house:
        await up(house)
        status, seen = await Admin(house).tell(f"{DOMAIN}/sleep")
        assert (status, seen["server"]["verdict"]["reason"]) == (202, "private: Always on")
        await until(lambda: house.docker.stopped == ["web"])
        house.docker.changed.put_nowait(ContainerChange("web", "client1"))
        await until(lambda: house.status == "asleep")
        assert (await Admin(house).tell(f"{DOMAIN}/sleep"))[0] == 200
        assert house.rest.orders == 0


async def test_what_is_asleep_already_is_not_told_to_sleep(admin, house):
    await house.until("asleep")
    status, seen = await admin.tell(f"{DOMAIN}/sleep")
    assert (status, seen["dismissed_at"], house.rest.orders) == (200, None, 0)


async def test_a_visit_after_sleep_now_keeps_it_awake():
    async with small_house(sleepy({"guards": {"every_seconds": 0.2}, "ssh": SSH})) as house:
        admin, house.watchman.busy = Admin(house), SOMEBODY
        await up(house)
        await admin.tell(f"{DOMAIN}/sleep")
        await guards_read(house)
        await admin.post("/api/activity/client1")
        seen = await admin.read(DOMAIN)
        assert (seen["dismissed_at"], seen["verdict"]["code"]) == (None, "verdict_report")
        assert house.rest.orders == 0
