"""The walkthrough of the documentation names only places that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/walkthrough.md").read_text("utf-8")
STEPS = sorted(set(re.findall(r"^\| `([\w/]+\.py):(\w+)`", PAGE, re.MULTILINE)))


def names(path: Path) -> set[str]:
    """The functions, methods and classes of a module."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


@pytest.mark.parametrize(("path", "name"), STEPS)
def test_a_step_of_the_walkthrough_is_where_it_says(path, name):
    assert name in names(ROOT / "backend/hall" / path)


def test_the_walkthrough_tells_four_ways_step_by_step():
    assert PAGE.count("\n## ") == 4
    assert len(STEPS) > 40
