"""What is said of mistakes in policies and ways: the line, the key, and what was expected."""

import json
import subprocess
from pathlib import Path

import pytest

from hall.adapters.config.load import check_files, load
from hall.core.errors import ConfigurationError, Problem

DOMAIN = {"name": "Client 1", "server": "main", "url": "https://client1.example.org/"}
SERVER = {"name": "Main", "address": "nas.lan"}
OPEN = {"days": ["mon"], "from": "08:00", "to": "18:00"}
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILJXKx3YC+FwYUroVxLvREyi+DHFcM26RkqO+5nKq3Ho"


@pytest.fixture
def write(tmp_path):
    def written(*, server=None, domain=None, gateway=None) -> Path:
        """A file with one key a line."""
        data = {
            "gateway": gateway or {},
            "servers": {"main": {**SERVER, **(server or {})}},
            "domains": {"client1": {**DOMAIN, **(domain or {})}},
        }
        path = tmp_path / "domains.json"
        path.write_text(json.dumps(data, indent=1))
        return path

    return written


@pytest.fixture
def problem(write):
    def found(**parts: object) -> Problem:
        """The one problem."""
        with pytest.raises(ConfigurationError) as caught:
            load(write(**parts))
        [one] = caught.value.problems
        return one

    return found


@pytest.fixture
def told(problem):
    def words(**parts: object) -> str:
        """The key of the one problem, and its words."""
        one = problem(**parts)
        return f"{one.key}: {one.message}"

    return words


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"type": "scheduld"}, '.type: given "scheduld", expected "on_demand", "scheduled" or "al'),
        ({"idle_minutes": 5}, '.type: missing; expected "on_demand", "scheduled" or "always_on"'),
        ("always_on", ': given a text, expected an object: {"type": "…"}'),
        ({"type": "always_on", "idle_minutes": 5}, ".idle_minutes: unknown key; expected one of"),
        ({"type": "on_demand", "idle_minuts": 5}, '.idle_minuts: unknown key; did you mean "idle_'),
        ({"type": "on_demand", "idle_minutes": 0}, ".idle_minutes: given 0, expected more than 0"),
        ({"type": "scheduled"}, ': never opens; expected a window in "open"'),
    ],
)
def test_a_mistake_in_a_policy_is_told_in_plain_words(told, policy, words):
    assert told(domain={"policy": policy}).startswith(f"domains.client1.policy{words}")


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({**OPEN, "days": ["monday"]}, '.days[0]: given "monday", expected "mon", "tue", "wed", '),
        ({**OPEN, "days": "mon"}, ".days: given a text, expected a list"),
        ({**OPEN, "days": []}, ".days: given a list, expected at least 1 entry"),
        ({**OPEN, "days": ["mon"] * 2}, ': "mon" stands twice in "days"; expected each day once'),
        ({**OPEN, "from": "8:5"}, '.from: given "8:5", expected a time of day from 00:00 to 23:59'),
        ({**OPEN, "to": "24:01"}, '.to: given "24:01", expected a time of day from 00:00 to 24:00'),
        ({**OPEN, "to": "08:00"}, ": opens and closes at 08:00; expected two times that differ"),
        ({**OPEN, "till": "9"}, ".till: unknown key; expected one of: from, to, days"),
        ("mon", ': given a text, expected an object: {"from": "…", "to": "…", "days": "…"}'),
    ],
)
def test_a_mistake_in_a_window_is_told_at_its_place(told, window, words):
    policy = {"type": "scheduled", "open": [OPEN | {"days": ["sun"]}, window]}
    assert told(domain={"policy": policy}).startswith(f"domains.client1.policy.open[1]{words}")


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ("2026-02-30", ": '2026-02-30' is not in the calendar; expected a day that exists"),
        ("25/12/2026", ': given "25/12/2026", expected a date of this century like 2026-12-25'),
        (5, ': given 5, expected a text in quotes or an object: {"from": "…", "to": "…"}'),
        ({"from": "2026-12-25"}, ".to: missing; expected: the last date that is closed"),
        ({"from": "2026-12-25", "to": "x"}, '.to: given "x", expected a date of this century'),
        (
            {"from": "2026-12-25", "to": "2026-12-24"},
            ": ends on 2026-12-24, before it begins; expected 2026-12-25 or later",
        ),
        (
            {"from": "2026-12-24", "to": "2026-12-25", "until": "x"},
            ".until: unknown key; expected one of: from, to",
        ),
    ],
)
def test_a_mistake_in_a_closed_date_is_told_once(told, closed, words):
    policy = {"type": "scheduled", "open": [OPEN], "closed": ["2026-12-31", closed]}
    assert told(domain={"policy": policy}).startswith(f"domains.client1.policy.closed[1]{words}")


def test_a_contradiction_is_told_at_its_second_place(told):
    windows = [OPEN, {"days": ["sun"], "from": "20:00", "to": "09:00"}]
    assert told(domain={"policy": {"type": "scheduled", "open": windows}}) == (
        "domains.client1.policy.open[1]: sun 20:00 to 09:00 overlaps mon 08:00 to 18:00 of open[0];"
        " expected windows that do not, or one for both"
    )


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ({"wake": {"method": "wul"}}, 'wake.method: given "wul", expected "wol", "webhook" or "co'),
        ({"sleep": {"method": "wol"}}, 'sleep.method: given "wol", expected "ssh", "agent" or "we'),
        ({"sleep": {}}, 'sleep.method: missing; expected "ssh", "agent" or "webhook"'),
        ({"sleep": "ssh"}, 'sleep: given a text, expected an object: {"method": "…"}'),
        ({"sleep": {"method": "ssh"}}, 'sleep: needs "ssh" beside it'),
        ({"sleep": {"method": "agent", "key": "x"}}, "sleep.key: unknown key; expected one of: me"),
        ({"docker": {"url": "ssh://u:pw@a"}}, "docker.url: holds a password; expected an address"),
        ({"agent": {"key": "k3y"}}, "agent.key: given a text, expected an object: {…}"),
        ({"ssh": {"key": "a", "host_key": "b"}}, "ssh.host_key: 'b' is not a public host key"),
        ({"guards": {"lock_files": ["x"]}}, 'guards.lock_files[0]: given "x", expected an absolut'),
        (
            {"guards": {"processes": ["/usr/bin/borg"]}},
            'guards.processes[0]: given "/usr/bin/borg", expected a program\'s name without',
        ),
        ({"wake": {"method": "command", "run": "a b"}}, "wake.run: given a text, expected a list"),
        ({"power": {"currency": "long words"}}, 'power.currency: given "long words", expected at '),
    ],
)
def test_a_mistake_in_a_way_is_told_in_plain_words(told, server, words):
    assert told(server=server).startswith(f"servers.main.{words}")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"name": "a b", "value": "c"}, '.name: given "a b", expected a header name like Authori'),
        ({"name": "A", "value": 5}, ".value: given 5, expected a text in quotes or an object: {…}"),
        ({"name": "A", "value": {"envv": "B"}}, '.value.envv: unknown key; did you mean "env"?'),
        ({"name": "A", "value": {}}, '.value: expected exactly one of "env" and "file"'),
    ],
)
def test_a_mistake_in_a_header_is_told_at_its_place(told, header, words):
    wake = {"method": "webhook", "url": "http://plug.lan/", "headers": [header]}
    assert told(server={"wake": wake}).startswith(f"servers.main.wake.headers[0]{words}")


def test_a_mistake_within_a_union_in_a_list_is_told_on_its_own_line(problem, write):
    closed = ["2026-12-31", {"from": "2026-12-25", "to": "x"}]
    parts = {"domain": {"policy": {"type": "scheduled", "open": [OPEN], "closed": closed}}}
    line = problem(**parts).line
    assert write(**parts).read_text().splitlines()[line - 1].strip() == '"to": "x"'


def test_a_zone_that_does_not_exist_is_told_on_its_line(told):
    words = "gateway.timezone: 'Paris' is not a time zone; expected a name like Europe/Paris"
    assert told(gateway={"timezone": "Paris"}).startswith(words)


def test_the_files_of_all_ways_are_looked_for(write):
    header = {"name": "Authorization", "value": {"file": "token.txt"}}
    server = {
        "wake": {"method": "webhook", "url": "http://plug.lan/", "headers": [header]},
        "ssh": {"key": "id_ed25519", "host_key": HOST_KEY},
        "agent": {"key": {"file": "agent.key"}, "ca": "ca.pem"},
    }
    path = write(server=server)
    assert [problem.key for problem in check_files(load(path), path)] == [
        "servers.main.wake.headers[0].value.file",
        "servers.main.ssh.key",
        "servers.main.agent.key.file",
        "servers.main.agent.ca",
    ]


def files_of(write, **server: object) -> list[tuple[str, str]]:
    path = write(server=server)
    lines = path.read_text().splitlines()
    found = check_files(load(path), path)
    for one in found:
        assert one.file == str(path)
        assert f'"{one.key.rpartition(".")[2]}"' in lines[(one.line or 0) - 1]
    return [(one.key, one.message) for one in found]


def ssh_of(key: str = "hall") -> dict[str, object]:
    return {"sleep": {"method": "ssh"}, "ssh": {"user": "u", "key": key, "host_key": HOST_KEY}}


def test_an_ssh_key_of_no_use_is_told_once_and_at_its_place(write, tmp_path):
    (tmp_path / "hall").write_text("garbage")
    server = {**ssh_of(), "docker": {"url": "ssh://nas.lan"}}
    words = "it is not a private key; expected one of ssh-keygen -t ed25519"
    told = f'given "{tmp_path}/hall", {words}'
    assert files_of(write, **server) == [("servers.main.ssh.key", told)]


def test_an_ssh_key_with_a_passphrase_is_told(write, tmp_path):
    key = str(tmp_path / "hall")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", key], check=True)
    [(place, words)] = files_of(write, **ssh_of())
    assert place == "servers.main.ssh.key"
    assert "it has a passphrase" in words


def test_a_file_that_is_missing_is_told_once(write):
    [(place, words)] = files_of(write, **ssh_of())
    assert (place, words.endswith("expected the path of a file that exists")) == (
        "servers.main.ssh.key",
        True,
    )


def test_a_program_that_is_not_there_is_told(write):
    assert files_of(write, wake={"method": "command", "run": ["hall-none", "on"]}) == [
        ("servers.main.wake.run", 'there is no program "hall-none" that Hall may run')
    ]


def test_a_key_of_the_agent_that_is_too_short_is_told(write, tmp_path):
    (tmp_path / "short").write_text("12345")
    agent = {"key": {"file": "short"}}
    [(place, words)] = files_of(write, agent=agent, sleep={"method": "agent"})
    assert place == "servers.main.agent.key"
    assert words.startswith("a key has at least 32 characters")


def test_secrets_that_are_empty_or_not_set_are_told(write, tmp_path, monkeypatch):
    monkeypatch.delenv("HALL_TEST_NONE", raising=False)
    (tmp_path / "empty").touch()
    headers = [{"name": "A", "value": {"env": "HALL_TEST_NONE"}}]
    wake = {"method": "webhook", "url": "http://plug.lan/", "headers": headers}
    assert files_of(write, wake=wake, agent={"key": {"file": "empty"}}) == [
        (
            "servers.main.wake.headers[0].value.env",
            "the environment variable HALL_TEST_NONE is not set",
        ),
        ("servers.main.agent.key.file", "the secret is empty"),
    ]


def test_what_is_right_is_passed(write, tmp_path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "hall")], check=True
    )
    wake = {"method": "command", "run": ["true"]}
    assert files_of(write, **ssh_of(), wake=wake) == []


def test_a_user_that_is_missing_for_two_ways_is_told_once(told):
    ssh = {"key": "hall", "host_key": HOST_KEY}
    server = {"sleep": {"method": "ssh"}, "ssh": ssh, "docker": {"url": "ssh://nas.lan"}}
    assert told(server=server).startswith("servers.main.sleep.user: ")
