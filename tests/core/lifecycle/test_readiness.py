"""When a visitor may go in: what the project answers, asked after anything happened to it."""

from tests.core import scenes as s


def stopped_and_visited(at: float) -> s.Dialogue:
    """A container stopped at 100 while its server stayed up, and somebody came."""
    cell = s.healthy().tell(s.stopped(), s.listed(s.WEB_KILLED), s.app(ok=False), at=100)
    return cell.tell(s.visit(), at=at)


# ---- no false ready ------------------------------------------------------------------------------


def test_a_container_that_stopped_closes_the_door_before_it_is_listed():
    cell = s.healthy().tell(s.stopped(), at=100)
    assert not cell.ready()
    assert cell.tell(s.visit(), at=100.1).status() == "healthy"


def test_a_wake_after_a_stop_does_not_end_on_what_was_answered_before_it():
    cell = stopped_and_visited(at=101.5)
    cell.tell(s.started("web"), s.listed(s.container()), at=102)
    assert (cell.status(), cell.ready()) == ("docker_up", False)
    assert cell.tell(s.app(), at=104).ready()


def test_an_answer_to_a_question_asked_before_the_containers_ran_does_not_count():
    cell = stopped_and_visited(at=101)
    cell.tell(s.started("web"), s.listed(s.container()), at=102)
    assert not cell.tell(s.app(asked=101.9), at=102.1).ready()
    assert cell.tell(s.app(asked=102.1), at=102.2).ready()


def test_an_answer_on_its_way_when_a_container_stopped_opens_no_door():
    cell = s.healthy().tell(s.stopped(), at=100).tell(s.app(asked=99.9), at=100.1)
    assert not cell.ready()
    assert cell.tell(s.app(asked=100.2), at=100.3).ready()


def test_a_stopped_container_of_a_project_without_a_health_url_closes_the_door_at_once():
    cell = s.healthy(client1=s.domain_spec(health=None)).tell(s.stopped(), at=100)
    assert not cell.ready()
    assert cell.tell(s.listed(s.container()), at=100.1).ready()


def test_a_wake_that_begins_on_a_doubt_asks_again():
    cell = s.healthy().tell(s.stopped(), s.visit(), at=100).wait_until(110)
    assert (cell.status(), cell.check("app")) == ("docker_up", ("pending", "not_looked"))


def test_what_was_answered_in_a_wake_that_failed_is_asked_once_more():
    cell = s.waking(s.server_spec(retry={"attempts": 1})).tell(s.ping(), s.app(), at=1)
    cell.wait_until(91)
    assert not cell.ready()
    assert cell.tell(s.app(), at=92).ready()


def test_a_project_whose_container_stopped_fails_at_its_first_miss():
    cell = s.healthy().tell(s.listed(s.WEB_KILLED), s.app(ok=False), at=100)
    assert (cell.status(), cell.why()) == ("unhealthy", "container_stopped")


# ---- a site that works stays ready ---------------------------------------------------------------


def test_a_project_that_answers_stays_ready_when_ping_is_filtered():
    cell = s.healthy().tell(*s.NETWORK_SILENT, s.app(), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", True)
    assert cell.says() == "The project answers, but not all is well: No answer to ping"


def test_a_filtered_ping_raises_no_new_doubt_with_each_look():
    cell = s.healthy().tell(*s.NETWORK_SILENT, s.app(), at=5)
    assert cell.tell(s.ping(ok=False), at=15).ready()


def test_a_project_that_answers_stays_ready_when_only_docker_fails():
    cell = s.healthy().tell(*s.DOCKER_FAILS, s.app(), at=5)
    assert (cell.status(), cell.ready()) == ("healthy", True)
    assert cell.says() == "The project answers, but not all is well: Docker is not listening yet"


def test_a_project_that_answers_stays_ready_when_docker_lists_nothing():
    cell = s.healthy().tell(s.unlisted(), s.app(), at=5)
    assert (cell.ready(), cell.why()) == (True, "ready_unseen")


def test_a_project_that_was_never_seen_otherwise_is_ready_when_it_answers():
    cell = s.unknown().tell(s.ping(), s.docker(ok=False), at=1)
    assert cell.tell(s.app(), at=2).ready()


def test_a_visitor_while_only_docker_fails_waits_for_the_project_and_wakes_nothing():
    cell = s.unknown().tell(s.ping(), s.docker(ok=False), s.visit(), at=1)
    assert cell.status() == "unhealthy"
    assert cell.tell(s.app(), at=1.1).ready()
    assert cell.wake() is None


def test_a_visitor_while_docker_and_the_project_fail_starts_a_wake():
    cell = s.unknown().tell(s.ping(), s.docker(ok=False), s.app(ok=False), s.visit(), at=1)
    assert cell.status() == "waking"


def test_a_project_that_falls_silent_with_its_server_is_not_waited_for():
    cell = s.healthy().tell(*s.SERVER_SILENT, at=5)
    assert (cell.status(), cell.check("app")) == ("asleep", ("pending", "waits_for_server"))
    assert cell.tell(s.app(ok=False), at=6).check("app") == ("pending", "waits_for_server")


def test_a_project_that_missed_a_look_is_not_asked_again_when_its_server_is_lost():
    cell = s.healthy().tell(s.app(ok=False), *s.NETWORK_SILENT, at=5)
    assert cell.status() == "asleep"


# ---- whose answer it is --------------------------------------------------------------------------


def test_a_weak_answer_counts_once_the_healthcheck_has_passed():
    cell = s.waking()
    cell.tell(s.ping(), s.docker(), s.listed(s.container(health="starting")), s.app(weak=True))
    assert (cell.ready(), cell.check("app")) == (False, ("pending", "app_weak"))
    cell.tell(s.listed(s.container(health="healthy")), s.app(weak=True), at=21)
    assert cell.ready()


def test_an_answer_of_the_project_itself_does_not_wait_for_the_healthcheck():
    cell = s.waking().tell(s.ping(), s.docker(), s.listed(s.container(health="unhealthy")), s.app())
    assert cell.ready()


def test_a_weak_answer_counts_at_once_where_no_healthcheck_is():
    cell = s.waking().tell(*s.ALL_BUT_APP_ANSWER, s.app(weak=True))
    assert cell.ready()


def test_a_weak_answer_counts_where_no_containers_are_known():
    cell = s.asleep(s.server_spec(docker=None), client1=s.domain_spec(project=None)).tell(s.visit())
    assert cell.tell(s.ping(), s.app(weak=True)).ready()


def test_a_weak_answer_still_counts_when_docker_cannot_be_seen_any_more():
    cell = s.healthy().tell(*s.DOCKER_FAILS, s.app(weak=True), at=5)
    assert cell.ready()


def test_an_owner_may_wait_for_the_healthchecks_as_well():
    careful = s.domain_spec(project={"compose": "client1", "wait_healthy": True})
    cell = s.waking(client1=careful)
    cell.tell(s.ping(), s.docker(), s.listed(s.container(health="starting")), s.app())
    assert not cell.ready()
    assert cell.tell(s.listed(s.container(health="healthy")), s.app()).ready()


def test_what_answers_although_hall_stopped_its_containers_is_not_the_project():
    cell = s.stop_is_due().guards_say().tell(s.WEB_AND_DB_STOPPED)
    cell.tell(s.listed(*s.WEB_AND_DB_EXITED), s.app(), at=301)
    assert (cell.ready(), cell.why()) == (False, "containers_rest")
    cell.expect(s.stop("web", "db"))


def test_where_the_owner_waits_for_healthchecks_an_answer_at_rest_does_not_outrank_them():
    careful = s.domain_spec(project={"compose": "client1", "wait_healthy": True})
    cell = s.healthy(client1=careful).tell(s.listed(s.container(health="unhealthy")), s.app(), at=5)
    assert (cell.status(), cell.ready(), cell.why()) == ("unhealthy", False, "container_unhealthy")
    assert cell.tell(*s.DOCKER_FAILS, s.app(), at=9).ready()
