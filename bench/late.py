"""Runs ``hall`` as it is, and notes how late its event loop ran what was to run at a time.

``python bench/late.py FILE serve …``: FILE gets the latenesses in seconds when Hall ends, of what
was due since the last SIGUSR1.
"""

import asyncio
import signal
import sys
from array import array
from pathlib import Path
from time import monotonic

late = array("f")
_run = asyncio.TimerHandle._run  # noqa: SLF001 - asyncio has no other place to ask


def _noted(timer: asyncio.TimerHandle) -> None:
    late.append(monotonic() - timer.when())
    _run(timer)


def main() -> None:
    """Run the rest of the command line as Hall."""
    into = Path(sys.argv.pop(1))
    asyncio.TimerHandle._run = _noted  # type: ignore[method-assign,assignment]  # noqa: SLF001
    signal.signal(signal.SIGUSR1, lambda *_: late.__delitem__(slice(None)))
    from hall.cli import main as hall  # noqa: PLC0415 - nothing of Hall before the clock is hooked

    try:
        hall()
    finally:
        into.write_bytes(late.tobytes())


if __name__ == "__main__":
    main()
