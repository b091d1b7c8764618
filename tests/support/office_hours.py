"""A house with opening hours, and a clock that stands shortly before they begin."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from hall.core.config.document import Configuration
from tests.support.fakes import FakeClock
from tests.support.small_hall import a_config

OPENING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC).timestamp()
"""Tuesday at eight in Paris."""

WORKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}


def office_hours(**policy: Any) -> Configuration:  # noqa: ANN401 - as the configuration has it
    """A domain that is open on workdays, from eight to six in Paris; ``policy`` changes that."""
    hours = {"type": "scheduled", "timezone": "Europe/Paris", "open": [WORKDAYS]}
    return a_config(policy={**hours, **policy})


def before_opening(seconds: float) -> FakeClock:
    """A clock that shows so many seconds to eight now, and runs."""
    return FakeClock(OPENING - seconds - asyncio.get_running_loop().time())
