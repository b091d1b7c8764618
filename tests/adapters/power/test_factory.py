"""From the configuration to the way to sleep."""

from pathlib import Path
from secrets import token_hex

import asyncssh
import pytest

from hall.adapters.power.factory import power_driver, sleep_driver
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError
from hall.core.ports import SleepDriver
from tests.adapters.neighbours import answering, serving
from tests.demo.staging import docker_up, quick, until_closed


def made(folder: Path, **ways: object) -> SleepDriver | None:
    document = {"name": "Main", "address": "127.0.0.1", **ways}
    return sleep_driver(ServerConfig.model_validate(document), folder)


def test_a_server_without_a_way_to_sleep_has_no_driver(tmp_path: Path):
    assert made(tmp_path) is None


async def test_a_webhook_puts_a_simulated_server_to_sleep(tmp_path: Path):
    async with docker_up(quick()) as (server, _):
        driver = made(tmp_path, sleep=server.config()[0]["sleep"])
        assert driver is not None
        await driver.sleep()
        await until_closed(server.ports.ssh)


async def test_one_and_the_same_webhook_can_wake(tmp_path: Path):
    seen: list[str] = []
    async with serving(answering("200 OK", seen=seen)) as port:
        wake = {"method": "webhook", "url": f"http://127.0.0.1:{port}/on", "verb": "GET"}
        server = ServerConfig.model_validate({"name": "M", "address": "127.0.0.1", "wake": wake})
        driver = power_driver(server, tmp_path)
        assert driver is not None
        await driver.wake()
    assert seen[0].startswith("GET /on HTTP/1.1")


def test_ssh_and_the_agent_have_their_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEY", token_hex(32))
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o600)
    public = key.export_public_key().decode()
    ssh = {"user": "hall", "key": str(tmp_path / "key"), "host_key": public}
    drivers = (
        made(tmp_path, sleep={"method": "ssh"}, ssh=ssh),
        made(tmp_path, sleep={"method": "agent"}, agent={"key": {"env": "KEY"}}),
    )
    assert [type(one).__name__ for one in drivers] == ["SshSleeper", "AgentSleeper"]


def test_a_secret_that_is_missing_is_told_at_start(tmp_path: Path):
    header = {"name": "Authorization", "value": {"env": "HALL_NOT_SET"}}
    sleep = {"method": "webhook", "url": "http://127.0.0.1/", "headers": [header]}
    with pytest.raises(ConfigurationError, match="HALL_NOT_SET is not set"):
        made(tmp_path, sleep=sleep)
