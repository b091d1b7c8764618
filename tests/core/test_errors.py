"""Each error has a code of its own, and a place in the tree that is drawn."""

from hall.core import errors
from hall.core.errors import (
    ConfigurationError,
    DockerError,
    HallError,
    Problem,
    RefusedError,
    StartError,
)
from hall.core.model.reason import because

TREE = [one for one in HallError.__subclasses__() if one.__module__ == errors.__name__]


def test_every_code_is_its_own():
    codes = [error.code for error in (HallError, *TREE)]
    assert len(set(codes)) == len(codes)


def test_the_tree_that_is_drawn_is_the_tree_that_is():
    drawn = {line.split()[1] for line in errors.__doc__.splitlines() if line[:1] in "├└" and line}
    assert drawn == {error.__name__ for error in TREE}


def test_a_problem_says_where_it_is():
    problem = Problem("domains.json", 7, "servers.main.mac", "expected six pairs")
    assert str(problem) == "domains.json:7: servers.main.mac: expected six pairs"


def test_a_problem_without_a_place_or_a_key_says_what_it_can():
    assert str(Problem("domains.json", None, "", "is not there")) == "domains.json: is not there"


def test_a_refused_configuration_tells_everything_that_is_wrong():
    problems = [Problem("a.json", 1, "x", "one"), Problem("a.json", 2, "y", "two")]
    error = ConfigurationError(problems)
    assert (str(error), error.problems) == ("a.json:1: x: one\na.json:2: y: two", tuple(problems))


def test_an_error_says_why_in_the_words_of_others_or_as_a_reason():
    refused = because("docker_refused")
    error = DockerError(refused)
    assert (error.why, str(error), error.code) == (refused, str(refused), "docker_error")
    assert DockerError("no space left").why == "no space left"


def test_a_refused_start_names_those_that_were_refused():
    error = StartError("no space", refused=("web", "db"))
    assert (str(error), error.why, error.refused) == ("no space", "no space", {"db", "web"})
    assert isinstance(error, DockerError)


def test_a_refusal_names_header_and_setting_where_they_are_to_blame():
    details = {"header": "X-Forwarded-For", "setting": "gateway.trusted_proxies"}
    assert RefusedError("Nobody is named", details).details == details
    assert RefusedError("Not on the list").details is None
