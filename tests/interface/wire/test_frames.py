"""A state is put into one frame, however many follow it."""

import json
from dataclasses import replace

from hall.application.supervisor import View
from hall.core.model.state import ServerState
from hall.interface.wire.frames import FRESH_S, MOST, Frames
from tests.support.small_hall import a_cell

CELL = a_cell()


def view(cell: ServerState = CELL, **changes: object) -> View:
    return View(cell, replace(cell.domains["client1"], **changes))


def test_a_thousand_who_follow_one_state_are_sent_the_very_same_text():
    frames = Frames()
    assert len({id(frames.of(view(), now=5.0)) for _ in range(1000)}) == 1


def test_a_change_that_visitors_see_is_a_frame_of_its_own():
    frames = Frames()
    numbers = [json.loads(frames.of(view(seq=seq), now=5.0))["seq"] for seq in (1, 2, 1)]
    assert numbers == [1, 2, 1]


def test_who_comes_later_is_told_the_time_of_then():
    frames = Frames()
    first, later = (frames.of(view(), now=at) for at in (5.0, 5.0 + FRESH_S))
    before = frames.of(view(), now=4.0)
    times = [json.loads(frame)["server_time"][-13:] for frame in (first, later, before)]
    assert times == ["00:00:05.000Z", "00:00:05.250Z", "00:00:04.000Z"]


def test_as_many_frames_are_kept_as_it_says_and_no_more():
    frames = Frames()
    first = frames.of(view(), now=5.0)
    for number in range(MOST):
        frames.of(view(id=f"other{number}"), now=5.0)
    assert frames.of(view(), now=5.0) is not first
