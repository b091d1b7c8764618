"""What stands in the log: the first look in one line, whatever happens then in one each."""

import logging

import pytest

from hall.application.event_log import EventLog
from hall.core.model.events import Transition
from hall.core.model.reason import because
from hall.core.model.state import Status
from tests.support.small_hall import a_cell


def became(domain: str, before: Status, after: Status) -> Transition:
    return Transition(
        server="main", domain=domain, before=before, after=after, reason=because("asleep"), at=1.0
    )


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_the_first_look_at_all_domains_is_one_line(lines):
    log = EventLog([a_cell()])
    log.write([became("client1", Status.UNKNOWN, Status.ASLEEP)])
    assert lines.messages == []
    log.write([became("private", Status.UNKNOWN, Status.HEALTHY)])
    assert lines.messages == ["Every domain was looked at: 1 asleep, 1 healthy"]


def test_whatever_changes_afterwards_is_a_line_of_its_own(lines):
    log = EventLog([a_cell()])
    log.write([became("client1", Status.UNKNOWN, Status.ASLEEP)])
    log.write([became("client1", Status.ASLEEP, Status.UNKNOWN)])
    log.write([became("client1", Status.UNKNOWN, Status.WAKING)])
    assert [line.split(":")[0] for line in lines.messages] == ["client1", "client1"]
    assert "asleep → unknown" in lines.messages[0]
