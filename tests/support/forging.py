"""Changes to messages, by chance and by a seed: each differs from the message."""

import random
import string

_LETTERS = string.ascii_letters + string.digits + string.punctuation + " "


def changed(text: str, dice: random.Random) -> str:
    """The text with a small change: a bit, a character, a piece, the case."""
    for _ in range(100):
        other = dice.choice(_CHANGES)(text, dice)
        if other.strip(" \t") != text.strip(" \t"):  # blanks around a header mean nothing
            return other
    return text + "x"


def _flip(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return (
        text[:at]
        + "".join(chr(ord(one) ^ 1 << dice.randrange(7)) for one in text[at : at + 1])
        + text[at + 1 :]
    )


def _replace(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return text[:at] + dice.choice(_LETTERS) + text[at + 1 :]


def _insert(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(_LETTERS) + text[at:]


def _delete(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return text[:at] + text[at + dice.randint(1, 4) :]


def _swap(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _double(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return text[: at + 1] + text[at:]


def _recase(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) or 1)
    return text[:at] + text[at:].swapcase()


_CHANGES = (_flip, _replace, _insert, _delete, _swap, _double, _recase)
