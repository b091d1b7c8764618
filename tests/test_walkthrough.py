"""The documentation names only places that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/walkthrough.md").read_text("utf-8")
STEPS = sorted(set(re.findall(r"^\| `([\w/]+\.py):(\w+)`", PAGE, re.MULTILINE)))


TOUR = (ROOT / "docs/architecture.md").read_text("utf-8")
FILES = sorted(set(re.findall(r"`([\w/.-]+\.(?:py|js|json|css|html|sh))`", TOUR)))
BEHIND = re.findall(r"`([\w/]+\.py)`\s\(((?:`\w+`(?:, )?)+)\)", TOUR)
BEFORE = [(file, name) for name, file in re.findall(r"`(?!case`)(\w+)` in `([\w/]+\.py)`", TOUR)]
PLACES = sorted(
    {(file, name) for file, many in BEHIND for name in re.findall(r"\w+", many)} | {*BEFORE}
)


def found(file: str) -> list[Path]:
    """The files that a page of the documentation may mean; it may leave the folders out."""
    folders = ("backend", "frontend", "config", "tests", "docs")
    return [
        one
        for folder in folders
        for one in (ROOT / folder).rglob(file.rpartition("/")[2])
        if str(one).endswith(f"/{file}")
    ]


def names(path: Path) -> set[str]:
    """The functions, methods, classes and constants of a module."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    tree = ast.parse(path.read_text("utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    targets = (node.targets for node in tree.body if isinstance(node, ast.Assign))
    return defined | {one.id for many in targets for one in many if isinstance(one, ast.Name)}


@pytest.mark.parametrize(("path", "name"), STEPS)
def test_a_step_of_the_walkthrough_is_where_it_says(path, name):
    assert name in names(ROOT / "backend/hall" / path)


def test_the_walkthrough_tells_four_ways_step_by_step():
    assert PAGE.count("\n## ") == 4
    assert len(STEPS) > 40


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_the_architecture_names_is_there(file):
    assert found(file), file


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_a_name_that_the_architecture_gives_with_its_file_is_in_it(file, name):
    assert any(name in names(one) for one in found(file)), f"{file}: {name}"


def test_the_architecture_gives_many_names():
    assert len(FILES) > 60
    assert len(PLACES) > 10
