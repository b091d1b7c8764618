"""How often a long proof does its thing: a few times, and thousands of times in `make soak`."""

import os
from collections.abc import Callable, Sequence


def rounds(name: str, few: int) -> int:
    """What the environment variable of that name says, else `few`."""
    return int(os.environ.get(name, few))


def kept(walk: Callable[[int], None], seeds: Sequence[int]) -> int:
    """How many of these walks kept their laws; the first that does not raises, and names its seed.

    Raises:
        AssertionError: a law was broken.
    """
    for seed in seeds:
        try:
            walk(seed)
        except AssertionError as broken:
            broken.add_note(f"in the walk with seed {seed}")
            raise
    return len(seeds)
