"""``make bench``: every benchmark, one after the other, or those that are named.

``python -m bench readiness --hall FOLDER`` measures the Hall of another checkout, to compare;
``python -m bench steps --hall FOLDER`` and ``python -m bench crowd --size 100x5 --hall FOLDER``
measure both, one beside the other.
"""

import argparse
import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from bench import crowd, readiness, record, simulation, steps, wakers, wakes

BENCHES: dict[str, Callable[[], None]] = {
    "wakes": lambda: asyncio.run(wakes.main()),
    "readiness": lambda: asyncio.run(readiness.main()),
    "simulation": simulation.main,
    "wakers": wakers.main,
    "record": record.main,
    "steps": steps.main,
    "crowd": lambda: crowd.main(()),
}


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Hall.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    parser.add_argument("--hall", type=Path, metavar="FOLDER", help="the checkout to measure")
    parser.add_argument(
        "--size", action="append", metavar="100x5", help="only crowds of this size; 1000x10a: awake"
    )
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"{', '.join(sorted(unknown))}: expected {', '.join(BENCHES)}")
    if asked.hall is not None:
        _measure(asked.hall.resolve())
    benches = BENCHES | {"crowd": lambda: crowd.main(asked.size or ())}
    for name in asked.names or benches:
        benches[name]()


def _measure(checkout: Path) -> None:
    """Let every process of Hall's be that of this checkout."""
    backend = checkout / "backend"
    if not (backend / "hall").is_dir():
        raise SystemExit(f"{checkout}: expected a checkout of Hall, with backend/hall in it")
    os.environ["PYTHONPATH"] = str(backend)


main()
