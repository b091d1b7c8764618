"""What it costs to tell who wakes: a visit by a browser, and the worst names that can be sent."""

import sys
from time import process_time
from timeit import repeat

from werkzeug.datastructures import Headers

from hall.core.config.gateway import WakersConfig
from hall.interface.auth.bots import RequestSigns, counts_as_visit
from hall.interface.auth.programs import READ

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NAMES = {
    "Firefox": FIREFOX,
    "git": "git/2.39.2",
    f"hostile, {READ} characters": "a.-_" * (READ // 4),
    "hostile, 500 characters": "482913" + "u" * 494,
    "hostile, 16,000 characters": "a.-_" * 4_000,
    "hostile, 16,000 words": "a " * 8_000,
}
RUNS, TIMES = 7, 2_000
OWNER = WakersConfig()


def main() -> None:
    """Print the time of one decision for each name, and its ratio to a Firefox's."""
    took = {title: _took(name) for title, name in NAMES.items()}
    width = max(map(len, NAMES))
    sys.stdout.write(f"\nWho wakes: one decision in µs, best of {RUNS} times {TIMES}\n")
    for title, us in took.items():
        sys.stdout.write(f"{title:<{width}}{us:>10.1f}{us / took['Firefox']:>8.1f} times Firefox\n")


def _took(name: str) -> float:
    headers = Headers({"User-Agent": name, "Accept": "text/html,*/*;q=0.8"})
    asked = RequestSigns(method="GET", path="deep", here="/deep", host="gate", headers=headers)
    return (
        min(
            repeat(
                lambda: counts_as_visit(asked, OWNER), timer=process_time, number=TIMES, repeat=RUNS
            )
        )
        / TIMES
        * 1e6
    )
