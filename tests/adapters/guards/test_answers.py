"""What the script's answers are taken for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.adapters.guards.answers import Answers, AnswersError, parse
from hall.adapters.guards.questions import report
from hall.core.config.methods import GuardsConfig
from hall.core.model.container import RunningContainer
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from hall.core.model.reason import because

ALL = GuardsConfig(processes=("borg", "rsync"), lock_files=("/run/a b",))
WEB = RunningContainer(name="web", pid=7, addresses=("172.18.0.2", "fd00::2"))
DB = RunningContainer(name="db", pid=8, addresses=("172.18.0.3",))


def told(*lines: str, containers: tuple[RunningContainer, ...] | None = None) -> GuardReport:
    return report(ALL, containers, parse("\n".join(["hall-guards 1", *lines, "end", ""])))


def test_nothing_busy_is_told_as_nothing_busy():
    quiet = ("read sessions", "load 0.50 4", "inhibitors a(ssssuu) 0")
    absent = ("process 0 borg", "process 0 rsync", "lock 0 /run/a b", "read netns web")
    assert told(*quiet, *absent, containers=(WEB,)) == GuardReport(
        sessions=(),
        load=0.125,
        inhibitors=(),
        processes=(),
        lock_files=(),
        connections=(),
    )


def test_everything_busy_is_told():
    who = ("session alice pts/0", "session bob -", "session greeter seat0", "read sessions")
    what = ("process 0 borg", "process 1 rsync", "lock 1 /run/a b", "load 8.00 4")
    found = told(*who, *what)
    assert found.sessions == ("alice on pts/0", "bob over SSH", "greeter on seat0")
    assert (found.load, found.processes, found.lock_files) == (2.0, ("rsync",), ("/run/a b",))


def test_what_is_not_answered_is_unread():
    unknown = Unreadable(because("guard_unknown"))
    assert told("process 1 borg", containers=(WEB,)) == GuardReport(
        sessions=unknown,
        load=unknown,
        inhibitors=unknown,
        processes=unknown,
        lock_files=unknown,
        connections=unknown,
    )


def test_what_cannot_be_read_tells_why():
    whys = [f"unread {guard} because {guard}" for guard in ("sessions", "load", "lock_files")]
    found = told(*whys)
    assert found.sessions == Unreadable("because sessions")
    assert found.load == Unreadable("because load")
    assert found.lock_files == Unreadable("because lock_files")


def test_only_what_blocks_sleep_inhibits_it():
    call = (
        'a(ssssuu) 4 "sleep" "NetworkManager" "NetworkManager is busy" "delay" 0 612 '
        '"shutdown:sleep" "apt" "d\\303\\251j\\303\\240 \\"vu\\"" "block" 0 900 '
        '"idle" "mpv" "a film" "block" 1000 901 "sleep" "weak" "a reason" "block-weak" 0 902'
    )
    found = told(f"inhibitors {call}")
    assert found.inhibitors == ('apt: déjà "vu"', "weak: a reason")


def test_what_blocks_a_shutdown_inhibits_sleep_and_what_delays_it_does_not():
    """Sleeping may mean to power off, in the middle of an upgrade."""
    call = (
        'a(ssssuu) 2 "shutdown" "APT" "APT is installing or removing packages" "block" 0 4242 '
        '"shutdown" "Unattended Upgrades Shutdown" "Stop ongoing upgrades" "delay" 0 700'
    )
    found = told(f"inhibitors {call}")
    assert found.inhibitors == ("APT: APT is installing or removing packages",)


def test_a_user_whose_name_has_a_blank_is_somebody():
    found = told("session john doe pts/0", "session john doe -", "read sessions")
    assert found.sessions == ("john doe on pts/0", "john doe over SSH")


def test_connections_into_named_ports_are_told_but_for_halls_own_and_the_servers():
    limits = GuardsConfig(ports=(445, 22, 8000))
    lines = (
        "hall-guards 1",
        "from 10.0.0.9 50000 10.0.0.1 22",
        "peer - 0100000A 01BD 0900000A 2",
        "peer - 0100000A 01BD 0700000A 1",
        "peer - 0100000A 01BD 0100000A 4",
        "peer - 010012AC 01BD 020012AC 4",
        "read netns web",
        "peer - 0100007F 1F40 0100007F 4",
        "peer - 0100000A 0016 0900000A 3",
        "peer web 0100000A 01BD 0900000A 5",
        "read ports",
        "end",
    )
    found = report(limits, (WEB,), parse("\n".join(lines)))
    assert found.ports == (PortUse(445, 3),)
    unknown = report(limits, None, parse("hall-guards 1\nend\n"))
    assert unknown.ports == Unreadable(because("guard_unknown"))


@pytest.mark.parametrize(
    ("peers", "found"),
    [
        (["web 020012AC 0050 07000A0A 2"], (ConnectionCount("web", 2),)),
        (["web 020012AC 0050 030012AC 1"], ()),
        (["web 020012AC 0050 0100007F 1"], ()),
        (["web 020012AC 0050 020012AC 1"], ()),
        (["web 0000000000000000FFFF0000020012AC 0050 0000000000000000FFFF0000030012AC 1"], ()),
        (["web 000000FD000000000000000002000000 0050 000000FD000000000000000002000000 1"], ()),
        (["web 000000FD000000000000000002000000 0050 B80D0120000000000000000001000000 1"], None),
        (["web 1401A8C0 0016 0501A8C0 1"], ()),
        (["web 1401A8C0 0050 0501A8C0 1"], (ConnectionCount("web", 1),)),
        (["stranger 1401A8C0 0050 0501A8C0 1"], ()),
        (["db 030012AC 1538 07000A0A 1", "web 020012AC 0050 07000A0A 1"], None),
    ],
)
def test_a_connection_counts_when_it_comes_from_outside(peers, found):
    lines = ["from 192.168.1.5 40000 192.168.1.20 22", "read netns web", "read netns db"]
    lines += [f"peer {peer}" for peer in peers]
    seen = told(*lines, containers=(WEB, DB)).connections
    expected = tuple(ConnectionCount(name, 1) for name in ("web", "db") if f"{name} " in str(peers))
    assert seen == (expected if found is None else found)


@pytest.mark.parametrize(
    "line",
    [
        *("nonsense", "load x 4", "load 1", "session alice", "process yes borg", "inhibitors"),
        *("peer web 00 0 00 1", "inhibitors ay 0", 'inhibitors a(ssssuu) 1 "sleep"'),
    ],
)
def test_a_line_that_is_not_understood_is_an_error(line):
    with pytest.raises(AnswersError, match="its answer is not understood"):
        told(line)


@given(st.text())
def test_whatever_comes_is_parsed_or_refused(text: str):
    for whole in (text, f"hall-guards 1\n{text}\nend\n"):
        with suppress(AnswersError):
            assert isinstance(parse(whole), Answers)
