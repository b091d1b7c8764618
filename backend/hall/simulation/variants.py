"""The policies that are compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from hall.core.config.document import Configuration
from hall.core.config.policies import AlwaysOnPolicy, OnDemandPolicy, Policy, ScheduledPolicy

IDLE_MINUTES = (5, 15, 30, 60)
AS_CONFIGURED = "as configured"
ALWAYS_ON = "always on"


@dataclass(frozen=True, slots=True)
class Variant:
    """A name, and the policy of each domain."""

    name: str
    policies: Mapping[str, Policy]


def variants(config: Configuration) -> tuple[Variant, ...]:
    """As configured, all always on, and on demand with several idle times.

    On demand, a domain that is configured as always on stays so, one whose windows only let visits
    wake it keeps them, and the server stays awake at least as long as it does now; containers are
    not stopped before their server sleeps.
    """
    configured = {name: domain.policy for name, domain in config.domains.items()}
    always = dict.fromkeys(configured, AlwaysOnPolicy(type="always_on"))
    return (
        Variant(AS_CONFIGURED, configured),
        Variant(ALWAYS_ON, always),
        *(Variant(f"on demand, {n} min", _on_demand(configured, n)) for n in IDLE_MINUTES),
    )


def _on_demand(configured: Mapping[str, Policy], idle_minutes: float) -> dict[str, Policy]:
    return {name: _idling(policy, idle_minutes) for name, policy in configured.items()}


def _idling(policy: Policy, idle_minutes: float) -> Policy:
    if isinstance(policy, AlwaysOnPolicy):
        return policy
    if isinstance(policy, ScheduledPolicy) and not policy.demands:
        changes = {"idle_minutes": idle_minutes, "stop_containers_after": None}
        return policy.model_copy(update=changes)
    return OnDemandPolicy(
        type="on_demand", idle_minutes=idle_minutes, min_awake_minutes=policy.min_awake_minutes
    )
