"""Reasons in the journal: they come back as they were, also from journals of before."""

import pytest

from hall.adapters.storage.reason_json import details_of, reason_of
from hall.core.model.reason import because
from hall.core.timing import Duration

INNER = because("app_status", status=500, expected="< 500")


@pytest.mark.parametrize(
    "reason",
    [
        because("ready"),
        because("failed_app", seconds=2.5, detail=INNER),
        because("verdict_visit", ago=Duration.ago(100.0, now=340.0), left=Duration(60)),
    ],
)
def test_a_reason_comes_back_as_it_was(reason):
    assert reason_of(reason.code, details_of(reason)) == reason


def test_a_journal_that_has_its_numbers_as_text_says_the_same():
    details = (
        '{"seconds": "90", "detail": '
        '{"code": "app_status", "values": {"status": "500", "expected": "< 500"}}}'
    )
    assert str(reason_of("failed_app", details)) == str(
        because("failed_app", seconds=90.0, detail=INNER)
    )


@pytest.mark.parametrize(
    "details",
    ["", "[]", "{}", '{"why": null}', '{"why": {"seconds": 1, "years": 2}}', '{"why": {}}'],
)
def test_values_of_another_release_are_no_reason(details):
    assert reason_of("sleep_refused", details) is None
