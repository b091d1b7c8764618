"""What is right in a configuration, and yet most likely not what was meant."""

from hall.core.config.document import Configuration
from hall.core.config.references import Problems


def doubtful(config: Configuration) -> Problems:
    """What its owner should look at again: pairs of a place in the file and why."""
    hosted = next((name for name, domain in config.domains.items() if domain.hosts), None)
    if hosted is not None and not config.gateway.trusted_proxies:
        text = (
            "host names are as a rule served by a front proxy, and gateway.trusted_proxies names "
            "none: if there is one, it seems to be every visitor, or everybody is refused"
        )
        yield ("domains", hosted, "hosts"), text
