"""What another program said, as it may be told: in one line, printable, and of a known length."""

MOST_LETTERS = 400
"""How many characters of it are told."""


def last_words(said: str, most: int = MOST_LETTERS) -> str:
    """The end of what was said, in one line: a program says last what it failed of.

    Whole lines where they fit; a last line that is too long itself loses its beginning.
    """
    told = ""
    for line in reversed(said.splitlines()):
        plain = one_line(line)
        longer = f"{plain} {told}" if plain and told else plain or told
        if len(longer) > most:
            return told or f"…{longer[1 - most :]}"
        told = longer
    return told


def one_line(said: str) -> str:
    """All of it in one line: a blank for what cannot be printed, and for several blanks."""
    plain = "".join(one if one.isprintable() else " " for one in said)
    return " ".join(plain.split())
