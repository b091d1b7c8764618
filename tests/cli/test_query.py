"""The command line on the gateway itself, where the front proxy runs at the same address."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.gateway import served
from hall.cli.client import Gateway
from hall.net.token import TOKEN_HEADER
from tests.support.command_line import hall
from tests.support.ports import a_free_port
from tests.support.small_hall import a_document

pytestmark = pytest.mark.slow


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    document = a_document(project=None, health=None)
    document["gateway"]["trusted_proxies"] = ["127.0.0.1"]
    document["servers"]["main"] |= {"address": "127.0.0.1", "docker": None, "wake": None}
    document["servers"]["main"]["network"] = {"method": "tcp", "port": 9}
    config, port = tmp_path / "domains.json", a_free_port()
    config.write_text(json.dumps(document))
    async with served(config, port, tmp_path):
        yield f"http://127.0.0.1:{port}"


async def test_who_can_read_the_gateways_token_is_let_in(url, tmp_path):
    said = await hall("servers", HALL_URL=url, HALL_DATA=str(tmp_path / "data"))
    assert (said.code, "main" in said.out) == (0, True)


async def test_who_cannot_is_told_what_is_missing(url, tmp_path):
    said = await hall("servers", HALL_URL=url, HALL_DATA=str(tmp_path / "other"))
    assert said.code == 1
    assert "X-Forwarded-For" in said.err
    assert "gateway.trusted_proxies" in said.err
    assert "HALL_DATA" in said.err


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        *(("127.0.0.1", True), ("127.8.9.1", True), ("[::1]", True), ("LocalHost.", True)),
        *(("192.168.1.1", False), ("localhost.example.org", False), ("127.0.0.1.example", False)),
    ],
)
def test_the_token_is_shown_to_this_machine_alone(tmp_path, monkeypatch, host, is_here):
    (tmp_path / "gateway.token").write_text("token")
    monkeypatch.setenv("HALL_DATA", str(tmp_path))
    with Gateway.at(f"http://{host}:8080") as gateway:
        assert (TOKEN_HEADER in gateway.http.headers) is is_here


async def test_a_doubtful_configuration_is_right_with_a_warning(tmp_path):
    document, path = a_document(), tmp_path / "domains.json"
    document["gateway"]["trusted_proxies"] = []
    path.write_text(json.dumps(document))
    said = await hall("check", str(path))
    assert (said.code, "is right" in said.out) == (0, True)
    assert said.err.startswith(f"warning: {path}:1: domains.client1.hosts: ")
    body = json.loads((await hall("check", "--json", str(path))).out)
    assert (body["ok"], body["problems"], len(body["warnings"])) == (True, [], 1)


@pytest.mark.parametrize("interface", ["192.0.2.99", "eth99"])
async def test_a_card_that_this_machine_lacks_is_a_warning_with_its_name(tmp_path, interface):
    document, path = a_document(hosts=[]), tmp_path / "domains.json"
    document["servers"]["main"]["wake"]["interface"] = interface
    path.write_text(json.dumps(document))
    said = await hall("check", str(path))
    assert (said.code, "is right" in said.out) == (0, True)
    key = "servers.main.wake.interface"
    assert f'{key}: given "{interface}", no card of this machine has it' in said.err
