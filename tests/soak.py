"""How often a long proof does its thing: a few times, and thousands of times in `make soak`."""

import os


def rounds(name: str, few: int) -> int:
    """What the environment variable of that name says, else `few`."""
    return int(os.environ.get(name, few))
