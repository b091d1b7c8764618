"""An independent witness: what the latest looks said, kept without the core's own bookkeeping."""

from dataclasses import dataclass, field, replace

from hall.core.config import DomainConfig, ServerConfig
from hall.core.facts import (
    Carried,
    CheckName,
    Container,
    ContainersSeen,
    ContainersUnseen,
    Fact,
    Instant,
    Probed,
)

VOUCHED_S = 15.0
NEVER = float("-inf")
Link = tuple[CheckName, str | None]


@dataclass
class Looks:
    """The looks at one link: when the last good one was, and the bad ones since."""

    misses: int = 0
    good_at: Instant = NEVER

    def add(self, *, ok: bool, now: Instant) -> None:
        """Take one more look in."""
        self.misses = 0 if ok else self.misses + 1
        self.good_at = now if ok else self.good_at


@dataclass
class Witness:
    """Whether the evidence alone allows a domain to be ready, or to be called healthy."""

    server: ServerConfig
    domains: dict[str, DomainConfig]
    looks: dict[Link, Looks] = field(default_factory=dict)
    lists: dict[str, tuple[Container, ...]] = field(default_factory=dict)

    def copy(self) -> "Witness":
        """Another witness who saw the same."""
        looks = {link: replace(seen) for link, seen in self.looks.items()}
        return replace(self, looks=looks, lists=dict(self.lists))

    def hear(self, fact: Fact, now: Instant) -> None:
        """Take a fact in."""
        match fact:
            case Probed(check=name, sight=sight, domain=domain):
                self._probed(self._look(name, domain), ok=sight.ok, now=now)
            case ContainersSeen(domain=domain, containers=containers):
                self.lists[domain] = containers
            case ContainersUnseen(domain=domain):
                self.lists.pop(domain, None)
            case Carried():
                pass  # a start is no evidence

    def _probed(self, looks: Looks, *, ok: bool, now: Instant) -> None:
        network, vouchers = self._look(CheckName.NETWORK), self._vouchers()
        vouched = any(voucher.good_at > now - VOUCHED_S for voucher in vouchers)
        if ok or looks is not network or not vouched:
            looks.add(ok=ok, now=now)
        if ok and any(looks is voucher for voucher in vouchers):
            network.add(ok=True, now=now)

    def _look(self, name: CheckName, domain: str | None = None) -> Looks:
        return self.looks.setdefault((name, domain), Looks())

    # ---- what the evidence allows --------------------------------------------------------------

    def may_be_ready(self, domain: str) -> bool:
        """Whether the very last look at each configured link was well."""
        return self._allows(domain, patience=False)

    def may_be_healthy(self, domain: str) -> bool:
        """Whether no configured link missed more looks than are forgiven."""
        return self._allows(domain, patience=True)

    def _allows(self, domain: str, *, patience: bool) -> bool:
        spec = self.domains[domain]
        app, docker = self._look(CheckName.APP, domain), self._look(CheckName.DOCKER)
        spare = 5 if patience else 0
        return (
            _good(self._look(CheckName.NETWORK), min(spare, 2))
            and (self.server.docker is None or _good(docker, spare))
            and (spec.project is None or self._containers(domain, spare))
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

    def _containers(self, domain: str, spare: int) -> bool:
        known = self.lists.get(domain, ())
        answers = _good(self._look(CheckName.APP, domain), spare)
        return bool(known) and all(_well(one, known, answers=answers) for one in known)


def _good(looks: Looks, spare: int) -> bool:
    return looks.good_at > NEVER and looks.misses <= spare


def _well(one: Container, known: tuple[Container, ...], *, answers: bool) -> bool:
    if one.state == "running":
        return one.health in {None, "healthy"} or (one.health == "starting" and answers)
    awaited = {
        need.service for other in known for need in other.needs if "completed" in need.condition
    }
    return one.state == "exited" and one.exit_code == 0 and one.service in awaited
