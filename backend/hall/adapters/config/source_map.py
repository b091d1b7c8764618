"""Where in a JSON text each key stands: so that a refusal can name the line."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hall.core.config.references import Place

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True, slots=True)
class Twice:
    """A key that stands twice in one object: JSON would silently keep the last."""

    place: Place
    line: int
    first_line: int


@dataclass(slots=True)
class Layout:
    """The lines of a text, counted from 1, and its double keys."""

    lines: dict[Place, int] = field(default_factory=dict)
    doubles: list[Twice] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of this key, or of the nearest object around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(slots=True)
class _Frame:
    """An open object or list: where it is, and the keys or the index come to so far."""

    place: Place
    keys: dict[str, int] | None
    step: str | int | None

    @property
    def here(self) -> Place:
        return self.place if self.step is None else (*self.place, self.step)


def locate(text: str) -> Layout:
    """Find the line of each key and list entry. The text must be valid JSON."""
    layout, frames = Layout(), [_Frame((), None, None)]
    for line, sign in _signs(text):
        frame = frames[-1]
        if sign in "}]":
            frames.pop()
        elif sign == ",":
            frame.step = None if frame.keys is not None else int(frame.step or 0) + 1
        elif frame.keys is not None and frame.step is None:
            _key(layout, frame, json.loads(sign), line)
        elif sign != ":":
            layout.lines.setdefault(frame.here, line)
            if sign in "{[":
                opened = (
                    _Frame(frame.here, {}, None) if sign == "{" else _Frame(frame.here, None, 0)
                )
                frames.append(opened)
    return layout


def _key(layout: Layout, frame: _Frame, key: str, line: int) -> None:
    keys = frame.keys if frame.keys is not None else {}
    frame.step = key
    if key in keys:
        layout.doubles.append(Twice(frame.here, line, keys[key]))
    keys.setdefault(key, line)
    layout.lines[frame.here] = line


def _signs(text: str) -> Iterator[tuple[int, str]]:
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        yield line, match[0]
