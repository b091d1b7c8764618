"""Who is connected: everybody is counted, and who only waits gives way."""

from itertools import islice
from typing import Protocol


class ConnectionLine(Protocol):
    """An open connection, as far as counting it goes."""

    def hang_up(self) -> None:
        """Abort the connection: nothing more is sent or read."""
        ...


class Lines:
    """All connections.

    One that waits, for its first request or for one more, holds up nobody: when there are too
    many, the one that has waited longest is cut off for the newest.

    Args:
        limit: How many may be open at a time.
        waiting: How many of those may wait.
    """

    def __init__(self, limit: int, waiting: int) -> None:
        self._limit = limit
        self._most_waiting = waiting
        self._open: set[ConnectionLine] = set()
        self._waiting: dict[ConnectionLine, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def make_room(self) -> bool:
        """Cut off who has waited longest if nobody more fits in; False when none waits."""
        if len(self._waiting) >= self._most_waiting or len(self._open) >= self._limit:
            self.drop_oldest(1)
        return len(self._open) < self._limit

    def thin_out(self) -> bool:
        """Cut off the half of those who wait that has waited longer; False when none waits."""
        return self.drop_oldest((len(self._waiting) + 1) // 2)

    def drop_oldest(self, count: int) -> bool:
        """Cut off so many of those who wait, and tell whether that was anybody."""
        oldest = list(islice(self._waiting, count))
        for line in oldest:
            self.leave(line)
            line.hang_up()
        return bool(oldest)

    def enter(self, line: ConnectionLine) -> None:
        """Count a new connection as open, and as waiting for its first request."""
        self._open.add(line)
        self.waits(line)

    def waits(self, line: ConnectionLine) -> None:
        """Count a connection as waiting from now on: it may be cut off for others."""
        if line in self._open:
            self._waiting.pop(line, None)
            self._waiting[line] = None

    def works(self, line: ConnectionLine) -> None:
        """Count a connection as at work: it brought a request and is not cut off."""
        self._waiting.pop(line, None)

    def leave(self, line: ConnectionLine) -> None:
        """Forget a connection that has ended, whatever it was doing."""
        self._open.discard(line)
        self._waiting.pop(line, None)

    def send_away(self) -> None:
        """Cut off every connection that only waits."""
        self.drop_oldest(len(self._waiting))
