"""Every sentence can be said, is said, and tells visitors nothing that is not theirs."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import hall
from hall.core.model.messages import SENTENCES, TEXTS
from hall.core.model.phrases import PHRASES
from hall.core.model.reason import Reason, because
from hall.core.timing import Duration

HOUSE = Path(hall.__file__).parent
JOURNAL_ONLY = {"access_refused"}
TEXT_FILES = {"messages.py", "phrases.py"}


def placeholders(text: str) -> set[str]:
    """The names of the values that a sentence needs."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


SOURCES = {path: path.read_text("utf-8") for path in HOUSE.rglob("*.py")}
CALLS = [
    (path.relative_to(HOUSE), node)
    for path, source in SOURCES.items()
    if path.name not in TEXT_FILES
    for node in ast.walk(ast.parse(source))
    if isinstance(node, ast.Call)
    and isinstance(node.func, ast.Name)
    and node.func.id in {"because", "Reason"}
]
WORDS = {
    node.value
    for path, source in SOURCES.items()
    if path.name not in TEXT_FILES
    for node in ast.walk(ast.parse(source))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
PLAIN = [
    (place, call.args[0].value, call)
    for place, call in CALLS
    if call.args and isinstance(call.args[0], ast.Constant)
]


@pytest.mark.parametrize("code", TEXTS)
def test_every_sentence_can_be_said_with_its_values(code: str):
    values = {name: f"<{name}>" for name in placeholders(TEXTS[code])}
    assert "{" not in str(because(code, **values))


def test_every_sentence_is_said_somewhere_in_the_house():
    assert {code for code in TEXTS if not is_said(code)} == set()


def is_said(code: str) -> bool:
    """Whether the code stands somewhere, whole or in two parts, like app_ and refused."""
    link, _, rest = code.partition("_")
    return code in WORDS or {link, rest} <= WORDS


def test_every_reason_that_is_given_has_a_sentence():
    assert [(place, code) for place, code, _ in PLAIN if code not in TEXTS] == []


def test_every_reason_is_given_with_all_that_its_sentence_names():
    lacking = [
        (str(place), code, sorted(missing))
        for place, code, call in PLAIN
        if None not in (given := {word.arg for word in call.keywords})
        and (missing := placeholders(TEXTS[code]) - {name for name in given if name})
    ]
    assert lacking == []


@pytest.mark.parametrize("code", sorted(TEXTS.keys() - JOURNAL_ONLY))
def test_no_sentence_for_visitors_asks_for_an_address(code: str):
    assert placeholders(TEXTS[code]).isdisjoint({"address", "mac", "ip", "host", "url", "port"})
    assert not re.search(r"\d+\.\d+\.\d+|([0-9a-f]{2}:){5}", TEXTS[code])


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_begins_large_and_ends_without_a_stop(code: str):
    assert re.match(r"[A-Z{]", SENTENCES[code])
    assert not SENTENCES[code].endswith((".", " "))


@pytest.mark.parametrize("code", PHRASES)
def test_what_stands_behind_a_colon_begins_small_but_for_names(code: str):
    assert re.match(r"[a-z{]|Docker|HTTP", PHRASES[code])
    assert not PHRASES[code].endswith((".", " "))


def test_no_code_is_given_twice():
    assert SENTENCES.keys() & PHRASES.keys() == set()


def test_a_reason_inside_a_reason_is_said_too():
    inner = because("app_status", status=500, expected="200")
    said = str(because("failed_app", seconds=60.0, detail=inner))
    assert said == (
        "The project did not answer as expected within 60 s: "
        "Answers with HTTP status 500, expected 200"
    )


def test_the_same_reason_is_equal_and_can_be_a_key():
    assert {because("app_ok", status=200): 1}[Reason("app_ok", (("status", 200),))] == 1


def test_what_differs_in_figures_and_names_alone_has_the_same_shape():
    def needed(name: str, why: Reason) -> Reason:
        return because("server_needed", name=name, why=why)

    late = because("verdict_unused", ago=Duration.ago(3, now=5))
    soon = because("verdict_unused", ago=Duration.ago(3, now=9000))
    assert needed("a", late).shape == needed("b", soon).shape
    assert needed("a", late).shape != needed("a", because("verdict_never")).shape


TROUBLES = {
    *("AgentError", "AnswerError", "AnswersError", "DockerError", "InspectError", "LoginError"),
    *("NameUnansweredError", "SleepError", "StartError", "UnfitError", "Unreadable", "WakeError"),
}
"""What tells of a neighbour: in its own words, or as a reason that has a French sentence."""


def test_hall_tells_of_its_neighbours_in_reasons():
    literal = [
        f"{path.relative_to(HOUSE)}:{node.lineno}"
        for path, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in TROUBLES
        and any(isinstance(one, ast.Constant | ast.JoinedStr) for one in node.args)
    ]
    assert literal == []
