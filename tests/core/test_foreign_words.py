from hall.core.foreign_words import last_words, one_line

LECTURE = """
We trust you have received the usual lecture from the local System
Administrator. It usually boils down to these three things:

    #1) Respect the privacy of others.
    #2) Think before you type.
    #3) With great power comes great responsibility.

For security reasons, the password you type will not be visible.

sudo: a password is required
"""


def test_what_was_said_last_is_told_in_one_line_of_whole_lines():
    words = last_words(LECTURE, most=120)
    visible = "For security reasons, the password you type will not be visible."
    assert words == f"{visible} sudo: a password is required"


def test_a_last_line_that_is_too_long_loses_its_beginning():
    words = last_words(f"begun\nfailed: {'x' * 50}: disk full", most=20)
    assert words == "…xxxxxxxx: disk full"
    assert len(words) == 20


def test_what_is_short_is_told_whole():
    assert last_words("a password\r\nis  required\n\n") == "a password is required"
    assert last_words("\n \n") == ""


def test_what_cannot_be_printed_is_a_blank():
    assert one_line("\x1b[31mred\x00\u202e alert\n") == "[31mred alert"
