"""Which containers fell with their project, when Hall itself did not see it."""

import pytest

from hall.core.model.container import Container
from hall.core.policy.fallen import fell
from tests.core import scenes as s

NIGHT = 100_000.0


def over(name: str, began: float, ended: float, **parts: object) -> Container:
    """A container that ended with 0; its times are seconds before (or after) the night."""
    return s.container(
        name, "exited", exit_code=0, began_at=NIGHT + began, ended_at=NIGHT + ended, **parts
    )


def runs(name: str, began: float, ended: float | None = None) -> Container:
    """A container that runs; ``ended`` is of its run before."""
    return s.container(
        name, began_at=NIGHT + began, ended_at=None if ended is None else NIGHT + ended
    )


WEB, DB = over("web", -3600, 0), over("db", -3600, 12)
MIGRATION, TOOL = over("migration", -3600, -3590), over("tool", -1800, -1790)


def test_what_ended_together_at_last_fell_with_its_project():
    assert fell((WEB, DB, MIGRATION, TOOL)) == {"web", "db"}


def test_what_alone_lasted_is_what_was_stopped():
    assert fell((WEB, MIGRATION, TOOL)) == {"web"}


@pytest.mark.parametrize("tool", [over("tool", 600, 610), over("import", 600, 900)])
def test_a_tool_that_was_run_after_all_else_is_not_run_again(tool: Container):
    assert fell((WEB, DB, tool)) == set()


def test_what_ended_while_others_went_on_did_not_fall():
    assert fell((over("import", -3600, 0), runs("web", -3600))) == set()
    assert fell((over("import", -3600, 0), runs("web", 10))) == set()


def test_what_was_brought_back_after_the_night_fell_as_well():
    assert fell((WEB, runs("proxy", 600, ended=5))) == {"web"}
    assert fell((WEB, s.container("proxy", ended_at=NIGHT))) == set()


@pytest.mark.parametrize("end", [None, NIGHT - 7200])
def test_what_nobody_saw_end_went_with_its_server(end: float | None):
    web = s.container(state="exited", exit_code=0, began_at=NIGHT - 3600, ended_at=end)
    assert fell((web, TOOL, MIGRATION)) == {"web"}


def test_a_short_run_whose_end_was_noted_before_its_beginning_is_over():
    """Podman notes that a program began once it runs, and some have ended by then."""
    tool = s.container("tool", "exited", exit_code=0, began_at=NIGHT + 0.002, ended_at=NIGHT)
    assert fell((tool, s.container())) == set()


def test_without_times_nothing_is_known():
    assert fell((s.container("tool", "exited", exit_code=0), s.container("db", "created"))) == set()


def test_a_project_that_fell_before_hall_began_is_started_to_the_last():
    web = over("web", -3600, 0, depends_on=s.needs("db", "service_healthy"))
    cell = s.unknown()
    cell.tell(s.ping(), s.docker(), s.listed(web, DB, TOOL), s.app(ok=False), s.order())
    cell.expect(s.start("db"))
    cell.tell(s.listed(web, runs("db", 600, ended=12), TOOL)).expect(s.start("web"))
