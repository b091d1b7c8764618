"""What is said of the order that wakes a server: a magic packet, or any other."""

from hall.core.config.methods import WolWake
from hall.core.config.server import ServerConfig
from hall.core.model.reason import Reason, Why, because


def sending(spec: ServerConfig) -> Reason:
    """What is said until the first wake order has left."""
    return because("wake_sending") if _by_packet(spec) else because("order_sending")


def sent(spec: ServerConfig) -> Reason:
    """What is said once a wake order has left, until the server answers."""
    return because("wake_sent") if _by_packet(spec) else because("order_sent")


def unsent(spec: ServerConfig, why: Why) -> Reason:
    """What is said when the last wake order could not leave, for the reason ``why``."""
    return because("wake_unsent", why=why) if _by_packet(spec) else because("order_unsent", why=why)


def unanswered(spec: ServerConfig, packets: int) -> Reason:
    """So many left, and nothing answered before the deadline."""
    seconds = spec.deadlines.network
    if _by_packet(spec):
        return because("failed_network", seconds=seconds, packets=packets)
    return because("failed_order", seconds=seconds, packets=packets)


def _by_packet(spec: ServerConfig) -> bool:
    return isinstance(spec.wake, WolWake)
