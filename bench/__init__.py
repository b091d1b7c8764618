"""Benchmarks: figures beside a comparator, in one run."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))  # the lab is theirs
