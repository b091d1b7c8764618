import gzip
from pathlib import Path

from hall.interface.app import create_app
from tests.support.callers import BROWSER, Caller
from tests.support.small_hall import a_config, small_house

LOGO = '<svg xmlns="http://www.w3.org/2000/svg"/>'


async def test_a_module_is_sent_compressed_where_the_browser_takes_it(browser):
    plain = await browser.get("/_hall/assets/waiting/waiting.js")
    packed = await browser.get("/_hall/assets/waiting/waiting.js", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await packed.get_data()) == await plain.get_data()


async def test_no_path_leads_out_of_the_assets(browser):
    for path in ("nothing.js", "../../pyproject.toml", "%2e%2e/%2e%2e/pyproject.toml"):
        assert (await browser.get(f"/_hall/assets/{path}")).status_code == 404


async def test_a_domains_logo_is_on_its_page_and_may_run_nothing(tmp_path: Path):
    (tmp_path / "logo.svg").write_text(LOGO)
    config = a_config(page={"logo": str(tmp_path / "logo.svg")})
    async with small_house(config) as house:
        caller = Caller(create_app(house.parts).test_client(), BROWSER)
        page = await (await caller.get("/client1")).get_data(as_text=True)
        logo = await caller.get("/_hall/logo/client1")
    assert 'src="/_hall/logo/client1"' in page
    assert (logo.content_type, await logo.get_data(as_text=True)) == ("image/svg+xml", LOGO)
    assert "sandbox" in logo.headers["Content-Security-Policy"]


async def test_a_domain_without_a_logo_has_none_to_fetch(browser):
    assert (await browser.get("/_hall/logo/client1")).status_code == 404
