"""Whether what a configuration names is of use: its keys, its secrets, its programs.

It makes every way to every server once, as the gateway does at its start; nothing is sent.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel

from hall.adapters.agent.factory import agent_announcer
from hall.adapters.config.messages import Finding
from hall.adapters.config.secrets_read import read_secret
from hall.adapters.docker.factory import container_runtime
from hall.adapters.guards.reader import inspector
from hall.adapters.power.factory import power_driver, sleep_driver
from hall.adapters.power.wol import cards_named
from hall.adapters.power.wol_targets import local_cards
from hall.adapters.probes.resolver import Names
from hall.core.config.base import SecretSource
from hall.core.config.document import Configuration
from hall.core.config.methods import WolWake
from hall.core.config.references import Place
from hall.core.config.server import ServerConfig
from hall.core.errors import ConfigurationError, Problem

_OF_SECRETS = frozenset({"env", "file"})
"""The keys that ``read_secret`` tells; where the secret stands is known here only."""


def tried(config: Configuration, base: Path) -> list[Finding]:
    """All that would keep the gateway from starting; each place once.

    Args:
        config: It is right by itself.
        base: The folder that relative paths of it start from.
    """
    found: dict[Place, Finding] = {}
    for name, server in config.servers.items():
        place: Place = ("servers", name)
        for one in (*_secrets(server, place, base), *_ways(server, place, base)):
            found.setdefault(one.place, one)
    return list(found.values())


def absent_cards(config: Configuration) -> Iterator[Finding]:
    """Network cards that wakes are to leave by, and this machine does not have now."""
    cards = local_cards()
    for name, server in config.servers.items():
        wanted = server.wake.interface if isinstance(server.wake, WolWake) else None
        if wanted is not None and cards_named(wanted, cards) is None:
            text = "no card of this machine has it, and while that is so no wake can be sent"
            yield Finding(("servers", name, "wake", "interface"), f'"{wanted}"', text)


def _secrets(value: object, place: Place, base: Path) -> Iterator[Finding]:
    match value:
        case SecretSource():
            for problem in _problems(lambda: read_secret(value, base)):
                yield Finding((*place, problem.key), None, problem.message)
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets(getattr(value, name), (*place, name), base)
        case tuple():
            for index, inner in enumerate(value):
                yield from _secrets(inner, (*place, index), base)
        case _:
            pass


def _ways(server: ServerConfig, place: Place, base: Path) -> Iterator[Finding]:
    names = Names()
    makes: dict[str, Callable[[], object]] = {
        "docker": lambda: container_runtime(server, base, names),
        "wake": lambda: power_driver(server, base, names),
        "sleep": lambda: sleep_driver(server, base, names),
        "guards": lambda: inspector(server, base, names),
    }
    if server.agent is not None:
        makes["agent"] = lambda: agent_announcer(server, base, names)
    for way, make in makes.items():
        for problem in _problems(make):
            steps = problem.key.split(".")
            if problem.key not in _OF_SECRETS:
                known = steps[0] in ServerConfig.model_fields
                yield _finding(problem, (*place, *(steps if known else [way, *steps])))


def _finding(problem: Problem, place: Place) -> Finding:
    """A problem of a file that is named there is told with its path."""
    own = problem.file == "domains.json"
    return Finding(place, None if own else f'"{problem.file}"', problem.message)


def _problems(make: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        make()
    except ConfigurationError as error:
        return error.problems
    return ()
