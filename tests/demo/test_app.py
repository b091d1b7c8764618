"""The simulated project has a page of its own."""

import httpx
import pytest

from hall.demo.scenes import WantedDomain
from tests.demo.staging import app_up, docker_up, quick, site_up, stats_of, until_closed

pytestmark = pytest.mark.slow

DEEP = "/rooms/12?view=garden"


async def test_the_page_shows_the_project_and_the_deep_link():
    async with app_up(quick()) as (_, app):
        page = (await app.get(DEEP)).text
    assert "Atelier des Pins" in page
    assert f"<code>{DEEP}</code>" in page
    assert 'href="http://127.0.0.1:8080/demo/rooms/12?view=garden"' in page


async def test_the_page_speaks_french():
    async with app_up(quick()) as (_, app):
        page = (await app.get("/", headers={"Accept-Language": "fr-FR,en;q=0.5"})).text
    assert 'lang="fr"' in page
    assert "Vous y êtes" in page


async def test_what_a_visitor_asks_for_is_never_markup():
    async with app_up(quick()) as (_, app):
        page = (await app.get("/?x=<b>'\"")).text
    assert "<b>" not in page


async def test_the_page_loads_nothing_from_outside():
    async with app_up(quick()) as (_, app):
        page = (await app.get("/")).text
    assert "src=" not in page
    assert "url(" not in page


async def test_the_app_answers_503_while_it_warms_up():
    async with docker_up(quick(app=60)) as (server, docker):
        await docker.post("/containers/demo-web-1/start")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.ports.app}") as app:
            health, page = await app.get("/health"), await app.get("/")
    assert (health.status_code, page.status_code) == (503, 503)
    assert "warming up" in page.text


async def test_the_app_of_the_broken_scene_is_gone_with_its_container():
    async with docker_up(quick("broken")) as (server, docker):
        await docker.post("/containers/broken-web-1/start")
        await until_closed(server.ports.app)
        assert server.is_awake


async def test_the_page_says_who_puts_its_server_to_sleep():
    for policy, words in (("on_demand", "2 min after"), ("scheduled", "opening hours")):
        async with app_up(quick(wanted=WantedDomain(policy=policy))) as (_, app):
            assert words in (await app.get("/")).text


async def moved(docker: httpx.AsyncClient) -> int:
    counters = (await stats_of(docker, "web"))["networks"]["eth0"]
    return counters["rx_bytes"] + counters["tx_bytes"]


async def test_what_its_app_is_asked_is_traffic_of_its_container():
    async with site_up(quick()) as (_, app, docker):
        before = await moved(docker)
        page = await app.get("/")
        assert await moved(docker) - before > len(page.content)


async def test_an_open_download_moves_kilobytes():
    async with site_up(quick()) as (_, app, docker):
        before = await moved(docker)
        async with app.stream("GET", "/stay") as stream:
            await anext(stream.aiter_raw())
            assert await moved(docker) - before > 4096


async def test_the_sleep_button_says_good_night_and_does_it():
    async with app_up(quick()) as (server, app):
        page = (await app.post("/sleep")).text
        await until_closed(server.ports.ssh)
    assert "Good night" in page
    assert 'href="http://127.0.0.1:8080/demo"' in page
