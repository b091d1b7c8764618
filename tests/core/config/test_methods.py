"""The ways to a server, each by itself and beside the others."""

from urllib.parse import quote

import pytest
from pydantic import ValidationError

from hall.core.config.document import Configuration
from hall.core.config.gateway import GatewayConfig
from hall.core.config.methods import (
    AgentConfig,
    CommandWake,
    DockerConfig,
    GuardsConfig,
    PowerConfig,
    SshConfig,
    SshSleep,
    Webhook,
)
from hall.core.config.references import cross_check

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILJXKx3YC+FwYUroVxLvREyi+DHFcM26RkqO+5nKq3Ho"
SSH = {"key": "id_ed25519", "host_key": KEY}
AGENT = {"key": {"env": "HALL_AGENT_KEY"}}


def refusal(model, **values: object):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return " ".join(error["msg"] for error in caught.value.errors())


def problems(**server: object):
    """What is wrong with this server: pairs of the place in it, and the words."""
    servers = {"main": {"name": "Main", "address": "nas.lan", **server}}
    found = cross_check(Configuration.model_validate({"servers": servers, "domains": {}}))
    return [(place[2:], text) for place, text in found]


@pytest.mark.parametrize(
    "url",
    [
        *("ssh://hall@nas.lan", "ssh://hall@[fd00::20]:2222", "ssh://nas.lan/run/docker.sock"),
        *("agent://192.168.1.20:8765", "agent://nas.lan:1/"),
    ],
)
def test_docker_is_reached_through_ssh_or_the_agent_too(url):
    assert DockerConfig(url=url).url == url


@pytest.mark.parametrize(
    "url",
    ["ssh://", "ssh://a b", "ssh://nas?x", "agent://me@nas", "agent://me@nas:1", "agent://n:1/x"],
)
def test_what_is_no_way_to_docker_is_told_all_four(url):
    assert "ssh://user@host[:port] or agent://host:port" in refusal(DockerConfig, url=url)


def test_a_password_in_the_address_of_docker_or_of_the_agent_is_not_repeated():
    for url in ("ssh://hall:pa55@nas", "tcp://hall:pa55@nas:1", "agent://a:pa55@nas:1"):
        assert "pa55" not in refusal(DockerConfig, url=url)
        assert "pa55" not in refusal(AgentConfig, url=url, **AGENT)


@pytest.mark.parametrize("url", ["http://nas:8765", "nas:8765", "agent://nas:1/x"])
def test_an_agent_has_a_host_and_a_port(url):
    assert "expected agent://host:port" in refusal(AgentConfig, url=url, **AGENT)
    assert AgentConfig(url="agent://nas:8765", **AGENT).url == "agent://nas:8765"


@pytest.mark.parametrize("host", ["192.168.1.25", "nas", "[fd00::25]"])
def test_the_address_of_an_agent_that_lacks_its_port_is_told_with_one(host: str):
    words = f"'agent://{host}' is missing its port, like agent://{host}:8765"
    assert words in refusal(AgentConfig, url=f"agent://{host}", **AGENT)
    assert words in refusal(DockerConfig, url=f"agent://{host}")


def test_host_keys_are_one_or_several_and_lose_their_comment():
    assert SshConfig(**{**SSH, "host_key": f"{KEY} root@nas"}).host_key == (KEY,)
    assert SshConfig(**{**SSH, "host_key": [KEY, KEY]}).host_key == (KEY, KEY)


@pytest.mark.parametrize(
    "key",
    ["", "ssh-ed25519", "ssh-ed25519 AAAA", "nas ssh-ed25519 AAAA", "ssh-rsa A*A", "SHA256:abc x"],
)
def test_what_is_no_host_key_is_told_where_it_is_found(key):
    text = refusal(SshConfig, **{**SSH, "host_key": key})
    assert "is not a public host key" in text
    assert "/etc/ssh/ssh_host_ed25519_key.pub" in text


@pytest.mark.parametrize("zone", ["Europe/Pariss", "Europe", "+02:00", "", "/etc/passwd", "a\0b"])
def test_a_zone_is_a_name_of_the_time_zone_database(zone):
    assert "is not a time zone" in refusal(GatewayConfig, timezone=zone)
    assert GatewayConfig(timezone="Asia/Kathmandu").timezone == "Asia/Kathmandu"


def test_a_command_to_wake_is_a_list_that_is_not_empty():
    assert CommandWake(method="command", run=["ipmitool", "power", "on"]).run[0] == "ipmitool"
    assert "at least 1" in refusal(CommandWake, method="command", run=[])


def test_a_header_holds_its_value_or_says_where_it_is():
    header = {"name": "Authorization", "value": {"env": "TOKEN"}}
    hook = Webhook.model_validate({"method": "webhook", "url": "http://a/", "headers": [header]})
    assert hook.headers[0].value.env == "TOKEN"
    for name in ("X_API_Key", "PVE.Token"):  # some servers have such (RFC 9110, 5.1)
        Webhook.model_validate(
            {"method": "webhook", "url": "http://a/", "headers": [header | {"name": name}]}
        )
    bad = {**header, "name": "A: b\r\nC"}
    assert "pattern" in refusal(Webhook, method="webhook", url="http://a/", headers=[bad])


def test_the_load_may_be_left_out_of_the_guards():
    assert GuardsConfig(load=None).load is None
    assert "greater than 0" in refusal(GuardsConfig, load=0)


def test_what_a_server_uses_has_a_usual_value():
    assert PowerConfig().awake_watts > PowerConfig().asleep_watts
    assert SshSleep(method="ssh").command == "systemctl suspend"


def test_sleep_by_ssh_needs_a_key_and_a_user():
    sleep = {"method": "ssh"}
    assert problems(sleep=sleep)[0][0] == ("sleep",)
    assert problems(sleep=sleep, ssh=SSH) == [
        (("sleep", "user"), 'missing user: expected one here, or "user" in "ssh"')
    ]
    assert problems(sleep=sleep, ssh={**SSH, "user": "hall"}) == []
    assert problems(sleep={**sleep, "user": "hall"}, ssh=SSH) == []


def test_docker_by_ssh_needs_a_key_and_a_user():
    docker = {"url": "ssh://nas.lan"}
    assert problems(docker=docker)[0][0] == ("docker",)
    assert problems(docker=docker, ssh=SSH)[0][0] == ("docker", "url")
    assert problems(docker={"url": "ssh://hall@nas.lan"}, ssh=SSH) == []


def test_sleep_and_docker_by_the_agent_need_its_key():
    way = {"sleep": {"method": "agent"}, "docker": {"url": "agent://nas.lan:8765"}}
    assert [place for place, _ in problems(**way)] == [("sleep", "method"), ("docker", "url")]
    assert problems(**way, agent=AGENT) == []


def test_guards_that_nobody_could_read_are_refused():
    assert problems(guards={"load": 1})[0][0] == ("guards",)
    assert problems(guards={"load": 1}, agent=AGENT) == []
    assert problems(guards={"load": 1}, ssh={**SSH, "user": "hall"}) == []
    assert problems(guards={"load": 1}, ssh=SSH)[0][0] == ("ssh",)


@pytest.mark.parametrize("name", ["", " borg", "borg ", "a\nb", "a\tb", "/usr/bin/borg", "a b/c"])
def test_a_process_is_named_without_path_or_control_characters(name):
    assert refusal(GuardsConfig, processes=[name])


@pytest.mark.parametrize("name", ["borg", "x", "Plex Transcoder", "nginx: worker process", "café"])
def test_a_process_is_named_as_it_is_called(name):
    assert GuardsConfig(processes=[name]).processes == (name,)


@pytest.mark.parametrize("port", [0, 65536, "smb"])
def test_a_guarded_port_is_a_port(port):
    assert refusal(GuardsConfig, ports=[port])
    assert GuardsConfig(ports=[445, 2049]).ports == (445, 2049)


@pytest.mark.parametrize(
    "user", ["hall", "john.doe", "Administrator", "user@corp.example", "CORP\\jo", "jo e", "é"]
)
def test_a_user_is_called_as_the_server_calls_them(user):
    assert SshConfig(**SSH, user=user).user == user
    url = f"ssh://{quote(user)}@nas.lan"
    assert DockerConfig(url=url).url == url


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("a\x07b", "holds the control character U+0007"),
        ("a\nb", "holds the control character U+000A"),
        ("-oProxyCommand=x", "begins with a hyphen"),
        ("", "a user name is missing"),
    ],
)
def test_a_user_that_ssh_cannot_carry_is_refused_everywhere(user, words):
    assert words in refusal(SshConfig, **SSH, user=user)
    assert words in refusal(SshSleep, method="ssh", user=user)
    assert words in refusal(DockerConfig, url=f"ssh://{quote(user)}@nas.lan")
