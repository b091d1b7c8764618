"""How long Hall waits for an agent."""

from dataclasses import dataclass

from hall.adapters.probes.keepalive import NOTICE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTimeouts:
    """How long Hall waits for an agent, in seconds, by what it waits for."""

    connect_s: float = 3.0
    """A connect; a look while waking bounds itself more tightly."""

    silent_s: float = NOTICE_S
    """An open stream without a line or a beat; then the agent counts as gone."""

    open_s: float = 5.0
    """Opening the stream of its news."""

    hello_s: float = 5.0
    """Until it is ready to be given the order to sleep."""

    answer_s: float = 3.0
    """Its answer to that order; then it counts as given, and silence will tell.

    The agent answers when its command has ended, or has not failed for a second.
    """

    report_s: float = 12.0
    """Reading all guards."""
