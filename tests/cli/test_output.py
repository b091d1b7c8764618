"""What the table of servers says."""

from typing import Any

from hall.cli import output


def server(**changes: object) -> dict[str, Any]:
    verdict = {"stance": "rest", "reason": "Nobody needs it, and it is asleep"}
    plain = {"id": "lost", "status": "asleep", "reason": "Asleep", "hold": None, "next": None}
    return {**plain, "verdict": verdict, "domains": [], **changes}


def domain(name: str, status: str, reason: str) -> dict[str, Any]:
    return {"id": name, "status": status, "reason": reason, "hold": None}


def row(**changes: object) -> str:
    return output.servers_table([server(**changes)]).splitlines()[1]


def test_of_what_failed_the_reason_is_told_and_not_that_nobody_needs_it():
    lost = domain("lost", "failed", "The server did not answer within 40 s")
    told = row(status="failed", reason=lost["reason"], domains=[lost])
    assert told.endswith("lost: The server did not answer within 40 s")
    told = row(status="failed", reason="No way")
    assert told.endswith("  No way")


def test_what_keeps_a_server_awake_is_told_beside_what_failed_on_it():
    verdict = {"stance": "wake", "reason": "mail: Always on"}
    both = [domain("shop", "failed", "web exited with 1"), domain("mail", "healthy", "Fine")]
    told = row(status="healthy", domains=both, verdict=verdict)
    assert told.endswith("  shop: web exited with 1; mail: Always on")


def test_next_says_what_happens_and_when():
    for what, words in (
        ("wakes", "wakes in 2 min"),
        ("may_sleep", "may sleep in 2 min"),
        ("wanted", "shop wanted in 2 min"),
    ):
        assert f"  {words}  " in row(next={"what": what, "domain": "shop", "in_s": 125.0})
