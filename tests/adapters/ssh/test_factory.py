import getpass
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from hall.adapters.docker.factory import container_runtime
from hall.adapters.probes.resolver import Names
from hall.adapters.ssh.factory import ssh_inspector, ssh_sleep
from hall.adapters.ssh.target import SshTarget, for_docker, for_orders, own_users
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError
from tests.adapters.ssh.sshd import a_key

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDPy8NqUYaLrwT9ZV8o3ZrxTxjYDqlmHlGxmLwRVYAqq"
URL = "ssh://hall@192.0.2.20"
SLEEP = {"method": "ssh"}


def a_server(*, key: str = "key", url: str | None = URL, **more: object) -> ServerConfig:
    ssh = {"key": key, "host_key": HOST_KEY} | {
        k: v for k, v in more.items() if k in {"user", "port"}
    }
    parts = {k: v for k, v in more.items() if k not in {"user", "port"}}
    docker = {"url": url} if url else None
    return ServerConfig(
        **{"name": "Main", "address": "192.0.2.20", "ssh": ssh, "docker": docker} | parts
    )


@pytest.mark.parametrize(
    ("url", "port", "target", "path"),
    [
        ("ssh://hall@192.0.2.7", 22, SshTarget("192.0.2.7", 22, "hall"), "/var/run/docker.sock"),
        (
            "ssh://hall@192.0.2.7/",
            2200,
            SshTarget("192.0.2.7", 2200, "hall"),
            "/var/run/docker.sock",
        ),
        ("ssh://x@main.lan:23/run/d.sock", 22, SshTarget("main.lan", 23, "x"), "/run/d.sock"),
        ("ssh://a%40b@h:23", 22, SshTarget("h", 23, "a@b"), "/var/run/docker.sock"),
        ("ssh://[2001:db8::7]", 22, SshTarget("2001:db8::7", 22, "other"), "/var/run/docker.sock"),
    ],
)
def test_the_url_of_docker_says_where_to_log_in(url: str, port: int, target: SshTarget, path: str):
    server = a_server(url=url, port=port, user="other")
    assert for_docker(server) == (target, path)


def test_orders_go_to_the_server_as_its_own_user():
    server = a_server(user="other", port=2200)
    assert for_orders(server) == SshTarget("192.0.2.20", 2200, "other")
    assert for_orders(server, "sleeper") == SshTarget("192.0.2.20", 2200, "sleeper")
    assert for_orders(a_server()) == SshTarget("192.0.2.20", 22, "hall")


def test_all_who_hall_logs_in_as_are_hall():
    server = a_server(user="other", sleep={"method": "ssh", "user": "sleeper"})
    assert own_users(server) == ("hall", "other", "sleeper")
    assert own_users(a_server(url="ssh://user%40corp.example@h")) == ("user@corp.example",)
    assert own_users(a_server(url="tcp://h:1", docker=None, user="other")) == ("other",)


def test_a_server_without_ssh_or_without_a_user_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="server 'Main' needs \"ssh\""):
        ssh_sleep(a_server(ssh=None), tmp_path, Names())
    with pytest.raises(ConfigurationError, match="expected the user on server 'Main'"):
        ssh_inspector(a_server(url=None), tmp_path, Names())


def problem_of(server: ServerConfig, base: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        container_runtime(server, base)
    [problem] = caught.value.problems
    assert problem.key in {"ssh.key", "ssh.host_key", "ssh"}
    return str(problem)


def test_a_key_that_is_not_there_is_told(tmp_path: Path):
    assert problem_of(a_server(), tmp_path) == (
        f"{tmp_path}/key: ssh.key: it cannot be read: No such file or directory"
    )


def test_a_key_with_a_passphrase_is_told(tmp_path: Path):
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(tmp_path / "key")]
    subprocess.run(command, check=True)
    words = "it has a passphrase; expected a private key without one, of Hall's own"
    assert words in problem_of(a_server(), tmp_path)


def test_a_file_that_is_no_private_key_is_told(tmp_path: Path):
    public = a_key(tmp_path / "private").export_public_key()
    for text in (b"none", b"", b"\xff\xfe", public):
        (tmp_path / "key").write_bytes(text)
        assert "it is not a private key" in problem_of(a_server(), tmp_path)


def test_a_host_key_that_is_cut_off_is_told(tmp_path: Path):
    a_key(tmp_path / "key")
    ssh = {"user": "hall", "key": "key", "host_key": HOST_KEY[:60]}
    assert "expected a public key" in problem_of(a_server(ssh=ssh), tmp_path)


def test_a_key_that_others_may_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    a_key(tmp_path / "key")
    with caplog.at_level(logging.WARNING):
        container_runtime(a_server(), tmp_path)
    assert caplog.messages == []
    (tmp_path / "key").chmod(0o644)
    container_runtime(a_server(), tmp_path)
    assert "expected mode 0600" in caplog.text


def test_a_user_without_a_name_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    a_key(tmp_path / "key")
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert "LOGNAME" in problem_of(a_server(), tmp_path)


def test_who_has_no_ssh_does_not_pay_for_it():
    code = (
        "import sys; import hall.adapters.docker.factory, hall.adapters.ssh.factory; "
        "sys.exit('asyncssh' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
