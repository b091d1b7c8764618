"""Which guards could not be read."""

import pytest

from hall.core.model.guards import GuardReport, Unreadable
from hall.core.model.sleep_phase import GuardsKnown
from hall.core.policy.guards import unread


@pytest.mark.parametrize(
    ("report", "names"),
    [
        (None, ("all",)),
        (GuardReport(load=0.2, sessions=()), ()),
        (GuardReport(load=Unreadable("hidden"), ports=Unreadable("hidden")), ("load", "ports")),
    ],
)
def test_what_could_not_be_read_is_named(report, names):
    assert unread(GuardsKnown(at=0.0, report=report)) == names
