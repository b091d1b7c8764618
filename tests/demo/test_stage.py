"""The scenes of the demo, their configuration and their past."""

from statistics import median

from hall.adapters.clock import SystemClock
from hall.core.config.document import Configuration
from hall.core.config.policies import ScheduledPolicy
from hall.core.policy.schedule import next_opening, opening_at, schedule_of
from hall.demo import SCENES, demo_config, history, simulated_servers
from hall.demo.scene import containers_time
from hall.demo.stage import DemoFront
from tests.demo.staging import quick
from tests.support.ports import a_free_port


async def test_the_configuration_names_every_server_and_domain():
    async with simulated_servers([quick(), quick("broken")]) as servers:
        config = demo_config(servers)
    assert list(config["servers"]) == list(config["domains"]) == ["demo", "broken"]


async def test_the_configuration_is_one_that_hall_reads():
    async with simulated_servers() as servers:
        configuration = Configuration.model_validate(demo_config(servers))
    assert len(configuration.domains) == len(SCENES)


def policy_of(name: str, config: dict) -> dict:
    return config["domains"][name]["policy"]


async def test_most_servers_are_put_to_sleep_soon_after_the_last_visit():
    async with simulated_servers() as servers:
        config = demo_config(servers)
    types = [domain["policy"]["type"] for domain in config["domains"].values()]
    assert types == ["on_demand"] * 4 + ["scheduled", "always_on"]
    assert policy_of("demo", config) == {
        "type": "on_demand",
        "idle_minutes": 2,
        "min_awake_minutes": 1,
    }


async def test_the_one_with_opening_hours_is_closed_and_opens_in_a_few_minutes():
    async with simulated_servers() as servers:
        config = Configuration.model_validate(demo_config(servers))
    policy = config.domains["hours"].policy
    assert isinstance(policy, ScheduledPolicy)
    now = SystemClock().now()
    opening = next_opening(schedule_of(policy, "UTC"), now)
    assert opening_at(schedule_of(policy, "UTC"), now) is None
    assert opening is not None
    assert 2 * 60 < opening.opens_at - now <= 4 * 60
    assert opening.closes_at - opening.opens_at == 30 * 60


async def test_the_configuration_has_the_real_ports():
    async with simulated_servers([quick()]) as servers:
        server, domain = servers[0].config()
        ports = servers[0].ports
    assert server["wake"]["port"] == ports.wol
    assert server["sleep"]["url"] == f"http://127.0.0.1:{ports.sleep}/sleep"
    assert server["docker"]["url"] == f"tcp://127.0.0.1:{ports.docker}"
    assert domain["health"]["url"] == f"http://127.0.0.1:{ports.app}/health"


async def test_the_links_of_a_project_lead_to_the_gateway():
    async with simulated_servers([quick()], gateway="http://127.0.0.1:9000") as servers:
        assert servers[0].gateway == "http://127.0.0.1:9000"


async def test_behind_a_front_proxy_one_project_has_a_host_name_and_a_port_of_its_own():
    port = a_free_port()
    front = DemoFront(
        hosts=("demo.localhost",),
        url="http://demo.localhost:8000/",
        proxies=("127.0.0.1",),
        allow=("192.168.0.0/16",),
        site_port=port,
    )
    async with simulated_servers([quick(), quick("broken")], front=front) as servers:
        config = Configuration.model_validate(demo_config(servers, front))
    demo, broken = config.domains["demo"], config.domains["broken"]
    assert (demo.hosts, demo.url) == (("demo.localhost",), "http://demo.localhost:8000/")
    assert demo.health is not None
    assert demo.health.url == f"http://127.0.0.1:{port}/health"
    assert broken.hosts == ()
    assert [str(one) for one in config.gateway.trusted_proxies] == ["127.0.0.1/32"]
    assert "192.168.0.0/16" in [str(one) for one in broken.access.allow]


async def test_a_host_name_alone_is_an_address_at_the_usual_port():
    front = DemoFront(hosts=("demo.localhost",))
    async with simulated_servers([quick()], front=front) as servers:
        assert demo_config(servers, front)["domains"]["demo"]["url"] == "http://demo.localhost/"


def test_no_two_scenes_share_an_id_or_an_address():
    assert len({scene.id for scene in SCENES}) == len({scene.mac for scene in SCENES}) == 6


def test_the_demo_scene_boots_in_about_fifteen_seconds():
    demo = SCENES[0]
    assert 12 < demo.network + demo.docker + containers_time(demo) + demo.app < 16


def test_the_past_boots_of_the_demo_are_like_its_next():
    past = median(sum(boot.values()) for boot in history(SCENES[0]))
    assert 12 < past < 16


def test_the_slow_scene_used_to_be_faster():
    slow = next(scene for scene in SCENES if scene.id == "slow")
    past = median(boot["network"] for boot in history(slow))
    assert past < 0.7 * slow.network
