"""The words of the house: each public name is defined once, and some words are not used."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "backend/hall"
MODULES = sorted(HOUSE.glob("**/*.py"))

BY_CONVENTION = {
    "blueprint": "one a module of routes, registered under the module's name",
    "logger": "one a module",
}
"""Names that each module of a kind defines, and why."""

OF_THE_WIRE = {"interface/wire/admin.py", "cli/output.py"}
"""Where fields are named as users know them: no word of theirs changes."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_names(path: Path) -> Iterator[str]:
    """What other modules may import, without what is found by its route or command."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, Definition):
            entry = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                isinstance(one, ast.Call) and getattr(one.func, "id", "") != "lru_cache"
                for one in node.decorator_list
            )
            names = [] if entry else [node.name]
        elif isinstance(node, ast.Assign):
            names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def identifiers(path: Path) -> Iterator[str]:
    """What a module names: functions, classes, arguments, fields and variables."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def unused_words() -> set[str]:
    """The left column of the last table of docs/words.md; what stands in brackets explains."""
    table = (ROOT / "docs/words.md").read_text("utf-8").split("## Not used")[1]
    cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    words = {re.sub(r" \(.*", "", word) for cell in cells for word in cell.split(", ")}
    return words - {"not", "---"}


def test_a_public_name_is_defined_once():
    where = defaultdict(list)
    for path in MODULES:
        for name in public_names(path):
            where[name].append(path.relative_to(HOUSE).as_posix())
    twice = {name: paths for name, paths in where.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in BY_CONVENTION} == {}


def test_words_that_are_not_used_name_nothing():
    words = unused_words()
    assert len(words) > 20
    found = {
        (path.relative_to(HOUSE).as_posix(), name)
        for path in MODULES
        if path.relative_to(HOUSE).as_posix() not in OF_THE_WIRE
        for name in identifiers(path)
        if words & set(name.strip("_").lower().split("_"))
    }
    assert found == set()
