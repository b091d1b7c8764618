"""An independent witness: what the latest looks said, kept without the core's own bookkeeping."""

from dataclasses import dataclass, field, replace

from hall.core.config.domain import DomainConfig
from hall.core.config.server import ServerConfig
from hall.core.model.check import CheckName
from hall.core.model.container import Container
from hall.core.model.facts import (
    CommandDone,
    ContainersSeen,
    ContainerStopped,
    ContainersUnseen,
    Fact,
    Probed,
)
from hall.core.timing import Instant

PROVEN_S = 15.0
NEVER = float("-inf")
RUNNING = {"running", "restarting"}
Link = tuple[CheckName, str | None]
Place = tuple[str, str]
"""A domain, and a container of it."""


@dataclass
class Looks:
    """The looks at one link: when the last good one was, and the bad ones since.

    ``doubted`` says that something happened since that a look asked earlier knows nothing of.
    """

    misses: int = 0
    good_at: Instant = NEVER
    missed_at: Instant = NEVER
    doubted: bool = False

    def add(self, *, ok: bool, now: Instant) -> None:
        """Take one more look in."""
        self.misses = 0 if ok else self.misses + 1
        self.good_at = now if ok else self.good_at
        self.doubted = False


@dataclass
class Witness:
    """Whether the evidence alone allows a domain to be ready, or to be called healthy."""

    server: ServerConfig
    domains: dict[str, DomainConfig]
    looks: dict[Link, Looks] = field(default_factory=dict)
    lists: dict[str, tuple[Container, ...]] = field(default_factory=dict)
    proven: set[str] = field(default_factory=set)
    running: set[Place] = field(default_factory=set)
    cut_short: set[Place] = field(default_factory=set)
    """Those that somebody stopped, or that ran when Hall lost sight of them: no work was done."""

    def copy(self) -> "Witness":
        """Another witness who saw the same."""
        looks = {link: replace(seen) for link, seen in self.looks.items()}
        return replace(
            self,
            looks=looks,
            lists=dict(self.lists),
            proven=set(self.proven),
            running=set(self.running),
            cut_short=set(self.cut_short),
        )

    def hear(self, fact: Fact, now: Instant) -> None:
        """Take a fact in."""
        match fact:
            case Probed(check=CheckName.APP, result=result, domain=str(domain)):
                proven = self.domains[domain].project is None or domain in self.proven
                counts = result.ok and (proven or not result.weak)
                self._probed(self._look(CheckName.APP, domain), ok=counts, now=now, sign=result.ok)
            case Probed(check=name, result=result):
                self._probed(self._look(name), ok=result.ok, now=now, sign=result.ok)
            case ContainersSeen(domain=domain, containers=containers):
                self._list(domain, containers)
            case ContainersUnseen(domain=domain, ours=False):
                self._list(domain, None)
            case ContainerStopped(domain=domain, name=name, by_order=by_order):
                self._look(CheckName.APP, domain).doubted = True
                if by_order:
                    self.cut_short.add((domain, name))
            case CommandDone():
                pass  # a start is no evidence

    def _list(self, domain: str, containers: tuple[Container, ...] | None) -> None:
        if self.domains[domain].project is None:
            return
        before = self._run(domain)
        network, docker = self._look(CheckName.NETWORK), self._look(CheckName.DOCKER)
        believed = _good(network, 0) and _good(docker, 0) and docker.good_at > network.missed_at
        if containers is None:
            self.lists.pop(domain, None)
            self._lose_sight(domain, certain=believed)
        else:
            self.lists[domain] = containers
            self._see(domain, containers, certain=believed)
        if believed and self._run(domain) is not before:
            self._look(CheckName.APP, domain).doubted = True

    def _see(self, domain: str, containers: tuple[Container, ...], *, certain: bool) -> None:
        names = {(domain, one.name): one.state in RUNNING for one in containers}
        self._lose_sight(domain, certain=False)
        self.running.update(place for place, runs in names.items() if runs and certain)
        self.cut_short = {
            place for place in self.cut_short if place[0] != domain or not names.get(place, True)
        }
        well = bool(containers) and self._all_well(domain, decides=False)
        self.proven = self.proven | {domain} if well else self.proven - {domain}

    def _lose_sight(self, domain: str, *, certain: bool) -> None:
        gone = {place for place in self.running if place[0] == domain}
        self.running -= gone
        if certain:
            self.cut_short |= gone

    def _probed(self, looks: Looks, *, ok: bool, now: Instant, sign: bool) -> None:
        network, vouchers = self._look(CheckName.NETWORK), self._vouchers()
        known = network.missed_at > network.good_at  # it may count where another link vouched, too
        if looks is network and not ok:
            network.missed_at = now
        docker = self._look(CheckName.DOCKER)
        if looks is docker and not any(docker is one for one in vouchers) and not _good(network, 2):
            return  # nobody asks the Docker of a server that is down
        vouched = any(voucher.good_at > now - PROVEN_S for voucher in vouchers)
        if ok or looks is not network or not vouched:
            looks.add(ok=ok, now=now)
            if looks is network and looks.misses == 1 and looks.good_at > NEVER and not known:
                self._doubt()
        if sign and any(looks is voucher for voucher in vouchers):
            network.add(ok=True, now=now)

    def _doubt(self) -> None:
        for domain in self.domains:
            self._look(CheckName.APP, domain).doubted = True

    def _look(self, name: CheckName, domain: str | None = None) -> Looks:
        return self.looks.setdefault((name, domain), Looks())

    # ---- what the evidence allows --------------------------------------------------------------

    def may_be_ready(self, domain: str) -> bool:
        """Whether the project answered since anything happened, or every link held at last.

        Without a health URL only the latter counts.
        """
        return self._answered(domain, spare=0) or self.every_link_held(domain)

    def may_be_healthy(self, domain: str) -> bool:
        """Whether no configured link missed more looks than are forgiven."""
        if self.domains[domain].health is not None:
            return _good(self._look(CheckName.APP, domain), 5)
        return self._allows(domain, patience=True)

    def every_link_held(self, domain: str) -> bool:
        """Whether the very last look at each configured link was well, as a wake demands it."""
        return self._allows(domain, patience=False)

    def _answered(self, domain: str, *, spare: int) -> bool:
        looks = self._look(CheckName.APP, domain)
        return self.domains[domain].health is not None and _good(looks, spare) and not looks.doubted

    def _allows(self, domain: str, *, patience: bool) -> bool:
        spec = self.domains[domain]
        app, docker = self._look(CheckName.APP, domain), self._look(CheckName.DOCKER)
        spare = 5 if patience else 0
        return (
            _good(self._look(CheckName.NETWORK), min(spare, 2))
            and (self.server.docker is None or _good(docker, spare))
            and (spec.project is None or self._run(domain))
            and (spec.health is None or _good(app, spare))
        )

    def _vouchers(self) -> list[Looks]:
        far = self.server.docker is not None and self.server.docker.url.startswith("tcp")
        near = [
            self._look(CheckName.APP, name)
            for name, spec in self.domains.items()
            if spec.health is not None and str(self.server.address) in spec.health.url
        ]
        return [*near, *([self._look(CheckName.DOCKER)] if far else [])]

    def _run(self, domain: str) -> bool:
        """Whether all its containers run, and are healthy where nothing else tells."""
        known = self.lists.get(domain, ())
        decides = self.domains[domain].health is not None
        return bool(known) and self._all_well(domain, decides=decides)

    def _all_well(self, domain: str, *, decides: bool) -> bool:
        return all(self._well(one, domain, decides=decides) for one in self.lists[domain])

    def _well(self, one: Container, domain: str, *, decides: bool) -> bool:
        if one.state == "running":
            return decides or one.health in {None, "healthy"}
        done = one.state == "exited" and one.exit_code == 0
        return done and (self._awaited(one, domain) or (domain, one.name) not in self.cut_short)

    def _awaited(self, one: Container, domain: str) -> bool:
        needs = (need for other in self.lists[domain] for need in other.depends_on)
        return any(need.service == one.service and "completed" in need.condition for need in needs)


def _good(looks: Looks, spare: int) -> bool:
    return looks.good_at > NEVER and looks.misses <= spare
