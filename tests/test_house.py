"""The house checks itself: sizes, routes, words, and that two sides of a wire agree."""

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import get_type_hints

import pytest
from pydantic import BaseModel

from hall.core.config.base import Model
from hall.core.model.messages import TEXTS
from hall.interface.app import create_app
from hall.interface.wire import domain as wire
from hall.interface.wire.page import PageModel, PageStageModel
from tests.support.callers import BROWSER, Caller
from tests.support.small_hall import small_house

ROOT = Path(__file__).parent.parent
PYTHON = sorted([*ROOT.glob("backend/**/*.py"), *ROOT.glob("bench/**/*.py")])
CONFIG = sorted(ROOT.glob("backend/hall/core/config/[a-z]*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py"))
SCRIPTS = sorted(ROOT.glob("frontend/**/*.js"))
SHEETS = sorted(ROOT.glob("frontend/**/*.css"))

OPEN_TO_ALL = {
    "/healthz": "says only that the process lives",
    "/readyz": "says only whether it can work",
    "/openapi.json": "describes the interface, not what is served",
    "/_hall/assets/<path:path>": "the pages' own files, the same for everyone",
}
"""Routes without an access list, each with its reason."""

CODES_OF_ERRORS = {
    "adapters/agent/transport.py": "a refusal of the agent, as its protocol words it",
    "adapters/ssh/suspend.py": "an error of asyncssh",
    "agent/app.py": "a refusal of its own, and the HTTP status that goes with it",
    "agent/auth.py": "the same",
    "cli/__init__.py": "an error of the command line, and its exit status",
    "interface/http/responses.py": "an error, and the HTTP status that goes with it",
}
"""Modules that decide by a code, which is none of a reason's."""

TEST_STATES = {
    "test_histories.py": "the laws hold a whole state against the witness",
    "test_sleep_histories.py": "the same",
    "test_confirm.py": "whether one step goes the whole way is what it tries",
    "test_clock_steps.py": "walks two states side by side, to find an instant that is not moved",
}
"""Tests of the core that do not ask through the dialogue, each with its reason."""


def too_long(paths: list[Path], limit: int) -> list[str]:
    return [f"{path.name}: {n}" for path in paths if (n := len(lines(path))) > limit]


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_python_files_keep_their_size():
    assert too_long(PYTHON + TESTS, 350) == []


def test_python_functions_keep_their_size():
    long = [f"{p.name}:{f.name}" for p in PYTHON for f in functions(p) if length(f) > 50]
    assert long == []


def test_a_dispatch_may_be_long_where_each_case_is_one_line():
    for path in PYTHON:
        text = lines(path)
        for node in functions(path):
            if "# noqa: C901" in text[node.lineno - 1]:
                assert "one line a case" in text[node.lineno - 1], f"{path.name}:{node.name}"
                cases = [one for one in ast.walk(node) if isinstance(one, ast.match_case)]
                assert cases, f"{path.name}:{node.name} is no dispatch"
                assert [len(one.body) for one in cases] == [1] * len(cases)


def test_python_functions_take_at_most_six_parameters():
    def count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
        return len([name for name in names if name not in {"self", "cls"}]) + len(
            node.args.kwonlyargs
        )

    assert [f"{p.name}:{f.name}" for p in PYTHON for f in functions(p) if count(f) > 6] == []


def test_tests_keep_their_size():
    tests = [(p, f) for p in TESTS for f in functions(p) if f.name.startswith("test_")]
    assert [f"{p.name}:{f.name}" for p, f in tests if length(f) > 40] == []
    assert len(tests) > 100


def test_no_test_module_imports_a_test_module():
    found = [f"{p.name}: {name}" for p in TESTS for name in imports(p) if ".test_" in f".{name}"]
    assert found == []


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_tests_of_the_core_ask_through_the_dialogue():
    found = {
        path.name
        for path in ROOT.glob("tests/core/**/test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "cell"
    }
    assert found == set(TEST_STATES)


def test_no_test_reaches_into_hall_or_mocks_it():
    """What differs in a test goes in as an argument: a port, a time, a function."""
    mocks = [f"{p.name}: {name}" for p in TESTS for name in imports(p) if ".mock" in f".{name}"]
    assert mocks == []
    assert [f"{p.name}: {line}" for p in TESTS for line in patches_of_hall(p)] == []


def patches_of_hall(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    aliases = [
        alias for node in froms if (node.module or "").startswith("hall") for alias in node.names
    ]
    ours = {"hall", *(alias.asname or alias.name for alias in aliases)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
        target = ast.unparse(call.args[0]).strip("'")
        if getattr(call.func, "attr", "") == "setattr" and target.partition(".")[0] in ours:
            yield ast.unparse(call)


def test_nothing_is_decided_by_the_code_of_a_reason():
    house = ROOT / "backend/hall"
    found = {
        path.relative_to(house).as_posix() for path in house.rglob("*.py") if any(by_codes(path))
    }
    assert found == set(CODES_OF_ERRORS)
    for path in SCRIPTS:
        assert not re.search(r"(reason|detail)_code\s*[!=]==", path.read_text("utf-8")), path.name


def by_codes(path: Path) -> Iterator[bool]:
    """Whether something that is compared, matched or looked up here is a code."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Compare(left=left, comparators=others):
                yield any(is_code(one) for one in (left, *others))
            case ast.Match(subject=one) | ast.Subscript(slice=one):
                yield is_code(one) and "TEXTS" not in ast.unparse(node)
            case ast.MatchClass(kwd_attrs=names):
                yield "code" in names
            case ast.Call(func=ast.Attribute(one, "get" | "startswith" | "endswith"), args=given):
                yield any(is_code(each) for each in (one, *given))


def is_code(node: ast.AST) -> bool:
    """Whether this is a code: ``reason.code``, or ``state["reason_code"]`` of the wire."""
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.slice).strip("'") in {"reason_code", "detail_code"}
    return isinstance(node, ast.Attribute) and node.attr == "code"


def test_scripts_and_sheets_keep_their_size():
    assert too_long(SCRIPTS, 200) == []
    assert too_long(SHEETS, 250) == []


def test_script_functions_keep_their_size():
    starts = re.compile(r"^(\s*)(?:export )?(?:async )?(?:function\b|[\w#]+\([^)]*\) \{$)")
    long = []
    for path in SCRIPTS:
        text = lines(path)
        for number, line in enumerate(text):
            if found := starts.match(line):
                end = next(
                    (n for n in range(number + 1, len(text)) if text[n] == f"{found[1]}}}"), number
                )
                if end - number + 1 > 30:
                    long.append(f"{path.name}: {line.strip()}")
    assert long == []


def test_pages_take_nothing_from_outside_and_never_write_html():
    for path in [*SCRIPTS, *SHEETS, *ROOT.glob("frontend/**/*.html")]:
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", text), path
        outside = set(re.findall(r"https?://[\w.-]+", text)) - {"http://www.w3.org"}
        assert outside == set(), path


def test_what_pages_share_knows_no_page():
    pages = {folder.name for folder in (ROOT / "frontend").iterdir()} - {"shared", "locales"}
    assert "waiting" in pages
    for path in ROOT.glob("frontend/shared/**/*"):
        if path.is_file():
            assert not re.search(rf"\b({'|'.join(pages)})[./]", path.read_text("utf-8")), path


def test_no_module_asks_the_time_but_the_clock():
    allowed = {
        "adapters/clock.py": "Hall's own",
        "agent/clock.py": "reads clocks by clock_gettime: the agent is a stranger to the adapters",
        "demo/clock.py": "that of the simulated servers, which is not Hall's",
    }
    asks = re.compile(r"\b(time\.time|clock_gettime)(_ns)?\(|datetime\.(now|utcnow)\(")
    found = {
        path.relative_to(ROOT / "backend/hall").as_posix()
        for path in ROOT.glob("backend/hall/**/*.py")
        if asks.search(path.read_text("utf-8"))
    }
    assert found <= set(allowed)


def test_sql_stands_in_the_storage_room_only():
    statement = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA)\b [\w(*]")
    for path in ROOT.glob("backend/hall/**/*.py"):
        if "storage" not in path.parts:
            assert not statement.search(path.read_text("utf-8")), path


async def test_every_route_has_an_access_rule():
    async with small_house() as house:
        app = create_app(house.parts)
        stranger = Caller(app.test_client(), BROWSER, peer="198.51.100.1")
        for rule in app.url_map.iter_rules():
            if rule.rule in OPEN_TO_ALL or rule.websocket:
                continue
            admins = rule.rule.startswith("/api/admin/")
            assert admins or "name" in rule.arguments, f"{rule.rule} has no access rule"
            path = re.sub(r"<(domain:)?name>", "private", rule.rule)
            path = re.sub(r"<rest:_rest>", "deep", path)
            for method in (rule.methods or {"PROPFIND"}) - {"OPTIONS"}:
                assert (await stranger.ask(method, path)).status_code == 403, (method, path)


async def test_every_route_of_the_api_describes_its_answer():
    async with small_house() as house:
        client = create_app(house.parts).test_client()
        document = await (await Caller(client, BROWSER).get("/openapi.json")).get_json()
    operations = {
        f"{method} {path}": operation["responses"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith(("/api/", "/healthz", "/readyz"))
    }
    assert len(operations) >= 5
    for name, responses in operations.items():
        good = [body for status, body in responses.items() if status.startswith("2")]
        assert all("application/json" in body.get("content", {}) for body in good), name


def config_models() -> list[type[BaseModel]]:
    """Every model that ``config/domains.json`` is read into."""
    rooms = [import_module(f"hall.core.config.{path.stem}") for path in CONFIG]
    found = {
        model
        for room in rooms
        for model in vars(room).values()
        if isinstance(model, type) and issubclass(model, Model)
    }
    return sorted(found - {Model}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", config_models(), ids=lambda model: model.__name__)
def test_every_configuration_field_is_described_and_documented(model):
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name} is not described"
        assert f"`{field.alias or name}`" in page, f"{name} is not in docs/configuration.md"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("state", wire.StateModel),
        ("check", wire.CheckModel),
        ("wake", wire.WakeModel),
        ("stage", wire.StageModel),
        ("retry", wire.RetryModel),
        ("closed", wire.ClosedModel),
        ("page", PageModel),
        ("page_stage", PageStageModel),
    ],
)
def test_the_page_and_the_wire_speak_of_the_same_fields(name, model):
    protocol = (ROOT / "frontend/waiting/protocol.js").read_text("utf-8")
    listed = re.search(rf"^  {name}: \[(.*?)\]", protocol, re.DOTALL | re.MULTILINE)
    assert listed is not None
    assert set(re.findall(r'"(\w+)"', listed[1])) == set(get_type_hints(model))
    assert f"VERSION = {wire.VERSION};" in protocol


def locale(lang: str) -> dict[str, str]:
    table: dict[str, str] = json.loads((ROOT / f"frontend/locales/{lang}.json").read_text("utf-8"))
    return table


def test_both_languages_have_the_same_words_with_the_same_gaps():
    """The English sentences of reasons stand in the core, and nowhere else."""
    french, english = locale("fr"), locale("en")
    assert not [key for key in english if key.startswith("reason.")]
    english |= {f"reason.{code}": text for code, text in TEXTS.items()}
    assert set(french) == set(english)
    for key, text in english.items():
        assert gaps(text) == gaps(french[key]), key


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_nothing_in_the_repository_names_a_place_outside_it():
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text("utf-8")
