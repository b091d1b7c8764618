"""What is wrong between the parts of a configuration that are right by themselves."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from hall.core.config.conflicts import contradictions
from hall.core.config.document import RESERVED, Configuration
from hall.core.config.domain import DomainConfig
from hall.core.config.methods import AgentSleep, SshSleep, WolWake
from hall.core.config.policies import AlwaysOnPolicy, ScheduledPolicy
from hall.core.config.server import ServerConfig

Place = tuple[str | int, ...]
"""The way to a value: keys of objects, and indexes of lists."""

Problems = Iterator[tuple[Place, str]]


def cross_check(config: Configuration) -> list[tuple[Place, str]]:
    """What is wrong between the parts: pairs of a place in the file and what was expected."""
    problems: list[tuple[Place, str]] = []
    for name, server in config.servers.items():
        problems += ((("servers", name, *place), text) for place, text in _server(server))
    taken: dict[str, str] = {}
    for name, domain in config.domains.items():
        problems += ((("domains", name, *place), text) for place, text in _domain(name, domain))
        problems += ((("domains", name, *place), text) for place, text in _home(domain, config))
        for index, host in enumerate(domain.hosts):
            if taken.setdefault(host, name) != name:
                text = f"{host!r} belongs to domain {taken[host]!r} already"
                problems.append((("domains", name, "hosts", index), text))
    for index, host in enumerate(config.gateway.admin.hosts):
        if host in taken:
            text = f"{host!r} belongs to domain {taken[host]!r}; expected a name of Hall's own"
            problems.append((("gateway", "admin", "hosts", index), text))
    return problems


def _domain(name: str, domain: DomainConfig) -> Problems:
    if name in RESERVED:
        yield (), f"{name!r} is a path of Hall's own; choose another id"
    policy = domain.policy
    if isinstance(policy, ScheduledPolicy):
        for place, text in contradictions(policy.open, policy.closed, policy.extra):
            yield ("policy", *place), text
        yield from _permitting(policy)
    if isinstance(policy, AlwaysOnPolicy) or policy.stop_containers_after is None:
        return
    if domain.project is None:
        yield ("policy", "stop_containers_after"), 'needs a "project" whose containers to stop'


def _permitting(policy: ScheduledPolicy) -> Problems:
    """Keys that mean nothing where the windows only let visits wake it."""
    if policy.demands:
        return
    if policy.outside == "on_demand":
        text = 'is "on_demand" inside as well: the windows decide nothing; expected "closed"'
        yield ("policy", "outside"), text
    if "margin_minutes" in policy.model_fields_set:
        text = 'means nothing with "inside": "on_demand": nobody is woken ahead; leave it out'
        yield ("policy", "margin_minutes"), text


def _home(domain: DomainConfig, config: Configuration) -> Problems:
    server = config.servers.get(domain.server)
    if server is None:
        known = ", ".join(sorted(config.servers)) or "none"
        yield ("server",), f"no server {domain.server!r}; expected one of: {known}"
    elif domain.project is not None and server.docker is None:
        yield ("project",), f'server {domain.server!r} has no "docker" to look for containers in'


def _server(server: ServerConfig) -> Problems:
    """Each way needs what it goes by."""
    scheme = urlsplit(server.docker.url).scheme if server.docker is not None else ""
    if isinstance(server.sleep, SshSleep):
        yield from _login(server, ("sleep", "user"), server.sleep.user)
    if server.docker is not None and scheme == "ssh":
        yield from _login(server, ("docker", "url"), urlsplit(server.docker.url).username)
    if isinstance(server.wake, WolWake) and server.wake.interface == server.address:
        text = "is the server's own address; expected the gateway's network card, like eth0"
        yield ("wake", "interface"), text
    if server.agent is None and isinstance(server.sleep, AgentSleep):
        yield ("sleep", "method"), 'needs "agent" beside it: how to speak with the agent'
    if server.agent is None and scheme == "agent":
        yield ("docker", "url"), 'needs "agent" beside docker: where the shared key is'
    told = isinstance(server.sleep, SshSleep) or scheme == "ssh"
    if server.ssh is not None and server.ssh.user is None and server.agent is None and not told:
        yield ("ssh",), 'expected "user": the guards are asked over SSH'
    if "guards" in server.model_fields_set and server.ssh is None and server.agent is None:
        yield ("guards",), 'cannot be read without "ssh" or "agent" beside them'


def _login(server: ServerConfig, place: Place, user: str | None) -> Problems:
    if server.ssh is None:
        yield place[:1], 'needs "ssh" beside it: Hall\'s key and the host key of the server'
    elif user is None and server.ssh.user is None:
        yield place, 'missing user: expected one here, or "user" in "ssh"'
