"""What one step of the core costs: a probe that says "still so", and a visit.

Each checkout is measured in a process of its own, one beside the other; only their ratio means
anything on a machine that others use too.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZES = (1, 10, 100, 1000)
_CHILD = Path(__file__).with_name("stepping.py")


def main() -> None:
    """Print microseconds a step by the number of domains on the server, best of seven."""
    here = Path(__file__).parents[1] / "backend"
    other = os.environ.get("PYTHONPATH")
    checkouts = {"here": str(here)} | ({"there": other} if other else {})
    found = {name: _measured(backend) for name, backend in checkouts.items()}
    print("\nA step of the core, in µs, by domains on the server (best of 7)")
    print(f"{'':34}" + "".join(f"{size:>10}" for size in SIZES))
    for what in next(iter(found.values()))["us"]:
        for name, one in found.items():
            figures = "".join(f"{us:10.1f}" for us in one["us"][what])
            print(f"{what:<26}{name:>8}{figures}")
    for name, one in found.items():
        for what, calls in one["calls"].items():
            print(f"a visit that {what}, {name}: {calls} calls of Python functions")


def _measured(backend: str) -> dict[str, dict[str, Any]]:
    sizes = [str(size) for size in SIZES]
    environment = os.environ | {"PYTHONPATH": backend}
    done = subprocess.run(
        [sys.executable, str(_CHILD), *sizes], env=environment, capture_output=True, check=True
    )
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found
