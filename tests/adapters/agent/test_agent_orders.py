"""Sleep, guards and news, from Hall's side."""

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from hall.adapters.agent.timeouts import AgentTimeouts
from hall.adapters.docker.factory import container_runtime
from hall.agent.bounds import Bounds
from hall.agent.guards import WantedGuards
from hall.core.config.methods import GuardsConfig
from hall.core.errors import AgentError, DockerError, InspectError, SleepError
from hall.core.model.facts import PowerAnnounced
from hall.core.model.guards import ConnectionCount, GuardReport, PortUse, Unreadable
from hall.core.model.power import PowerNews
from tests.adapters.agent.calling import Hall, between, server
from tests.adapters.neighbours import answering, refusing, say_nothing, serving
from tests.agent.agents import agent, agent_process, eventually
from tests.agent.machines import Machine, v4
from tests.support.timeouts import PATIENCE_S

GOING, BACK = PowerAnnounced(PowerNews.GOING_TO_SLEEP), PowerAnnounced(PowerNews.WOKE_UP)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    (tmp_path / "machine").mkdir()
    return Machine(tmp_path / "machine", monkeypatch)


async def test_the_order_puts_the_server_to_sleep(tmp_path: Path):
    done = tmp_path / "slept"
    async with agent(sleep=("touch", str(done))) as one:
        await Hall(one.port, tmp_path).sleeper.sleep()
        await eventually(done.exists)
    assert done.exists()


async def test_a_second_order_meanwhile_is_refused_in_words(tmp_path: Path):
    async with agent(sleep=("sleep", "5")) as one:
        hall = Hall(one.port, tmp_path)
        await hall.sleeper.sleep()
        with pytest.raises(SleepError, match="the server is going to sleep already"):
            await hall.sleeper.sleep()


async def test_a_sleep_command_that_fails_at_once_is_told_in_its_words(tmp_path: Path):
    async with agent(sleep=("sh", "-c", "echo Access denied >&2; exit 1")) as one:
        with pytest.raises(SleepError, match="the sleep command failed: sh: Access denied"):
            await Hall(one.port, tmp_path).sleeper.sleep()


async def test_an_agent_that_runs_without_docker_says_so(tmp_path: Path):
    async with agent(docker=None) as one:
        docker = container_runtime(server(one.port, tmp_path), tmp_path)
        assert docker is not None
        with pytest.raises(DockerError, match=r"without Docker \(--docker none\)"):
            await docker.running()


async def test_an_order_that_arrives_after_the_next_suspend_does_nothing(tmp_path: Path):
    """The server sleeps between the greeting and the order, and is woken."""
    async with agent() as one:

        def suspend(answer: bytes) -> bytes:
            if b'"hall"' in answer:
                one.clock.asleep += 3600
            return answer

        async with between(one.port, suspend) as port:
            with pytest.raises(SleepError, match="has slept, or the agent began anew"):
                await Hall(port, tmp_path).sleeper.sleep()
        assert not one.rest.is_going


async def test_a_connection_that_is_lost_after_the_order_is_no_error(tmp_path: Path):
    async with agent() as one:

        def cut(answer: bytes) -> bytes:
            if b" 202 " in answer:
                raise ConnectionError
            return answer

        async with between(one.port, cut) as port:
            await Hall(port, tmp_path).sleeper.sleep()
        assert one.rest.is_going


async def test_an_answer_that_does_not_come_is_no_error(tmp_path: Path):
    async with agent() as one:

        def hold(answer: bytes) -> bytes:
            return answer if b" 202 " not in answer else answer[:-1]

        async with between(one.port, hold) as port:
            await Hall(port, tmp_path, timeouts=AgentTimeouts(answer_s=0.1)).sleeper.sleep()
        assert one.rest.is_going


async def test_an_agent_that_is_not_there_or_is_silent_is_given_no_order(tmp_path: Path):
    with refusing() as port, pytest.raises(SleepError, match="the agent is not listening"):
        await Hall(port, tmp_path).sleeper.sleep()
    async with serving(say_nothing) as port:
        with pytest.raises(SleepError, match="the agent does not answer"):
            await Hall(port, tmp_path, timeouts=AgentTimeouts(hello_s=0.1)).sleeper.sleep()


# ---- guards -----------------------------------------------------------------------------------


async def test_every_guard_is_told(tmp_path: Path, machine: Machine):
    visitor = f"{v4('192.0.2.1', 445)} {v4('192.0.2.9', 50000)} 01 12"
    listens = f"{v4('0.0.0.0', 445)} {v4('0.0.0.0', 0)} 0A 11"
    machine.table("self", "tcp", listens, visitor, visitor)
    machine.has_systemd()
    machine.program("who", "echo 'alice pts/0 today'")
    machine.program("busctl", f"case $* in *ListI*) echo '{_INHIBITORS}';; *) exit 1;; esac")
    lock = tmp_path / "lock"
    lock.touch()
    guards = GuardsConfig(
        processes=("none-such",), lock_files=(str(lock), "/nowhere"), ports=(445,)
    )
    async with agent(machine=machine.files) as one:
        report = await Hall(one.port, tmp_path).inspector.report(guards, None)
    assert report.inhibitors == ("apt: upgrade",)
    assert report.processes == ()
    assert report.lock_files == (str(lock),)
    assert report.connections == report.keep_awake == ()
    assert report.ports == (PortUse(445, 2),)
    assert isinstance(report.load, float)
    assert report.sessions == ("alice on pts/0",)


_INHIBITORS = '{"type":"a(ssssuu)","data":[[["sleep","apt","upgrade","block",0,2]]]}'


async def test_guards_that_are_not_wanted_are_not_asked_for(tmp_path: Path):
    quiet = GuardsConfig(sessions=False, load=None, inhibitors=False, connections=False)
    async with agent() as one:
        assert await Hall(one.port, tmp_path).inspector.report(quiet, ()) == GuardReport()


async def test_a_guard_that_cannot_be_read_is_unread(tmp_path: Path, machine: Machine):
    machine.program("who", "exit 1")
    async with agent(docker="/nowhere/docker.sock", machine=machine.files) as one:
        report = await Hall(one.port, tmp_path).inspector.report(GuardsConfig(), None)
    assert report.sessions == Unreadable("who: it failed")
    assert report.connections == report.keep_awake == Unreadable("Docker is not listening")
    assert report.inhibitors == ()


@dataclass
class Telling:
    """Guards that tell what a test puts into their mouths."""

    told: dict[str, object]

    async def report(self, wanted: WantedGuards) -> dict[str, object]:
        return self.told


async def test_what_an_older_agent_does_not_tell_is_not_taken_for_quiet(tmp_path: Path):
    vitals = {"load": [0, 0, 0], "memory": {"total": 2, "available": 1}, "uptime_s": 1}
    told = {"guards": {"load": 0.1, "connections": [["web", 2]]}, "vitals": vitals}
    async with agent(guards=Telling(told)) as one:
        report = await Hall(one.port, tmp_path).inspector.report(GuardsConfig(ports=(445,)), ())
    assert report.load == 0.1
    assert isinstance(report.ports, Unreadable)
    assert report.connections == (ConnectionCount("web", 2),)
    assert isinstance(report.sessions, Unreadable)
    assert isinstance(report.inhibitors, Unreadable)


async def test_a_report_in_another_shape_is_told(tmp_path: Path):
    async with agent(guards=Telling({"guards": 7})) as one:
        with pytest.raises(InspectError, match="the agent's report is not as expected"):
            await Hall(one.port, tmp_path).inspector.report(GuardsConfig(), ())


async def test_how_the_server_is_is_told(tmp_path: Path):
    async with agent() as one:
        vitals = await Hall(one.port, tmp_path).inspector.vitals()
    assert 0 < vitals.memory.available <= vitals.memory.total
    assert vitals.uptime_s > 0
    assert len(vitals.load) == 3


# ---- news -------------------------------------------------------------------------------------


async def test_going_to_sleep_and_coming_back_are_announced(tmp_path: Path):
    async with agent() as one:
        hall = Hall(one.port, tmp_path)
        async with hall.announcer.announcements() as news, asyncio.timeout(PATIENCE_S):
            await hall.sleeper.sleep()
            assert await anext(news) == GOING
            one.clock.asleep += 3600
            one.rest.look()
            assert await anext(news) == BACK


async def test_news_that_hall_does_not_know_are_passed_over(tmp_path: Path):
    async with agent() as one, Hall(one.port, tmp_path).announcer.announcements() as news:
        for line in ({"news": "rebooting"}, {}, [], {"news": [1]}, {"news": "woke_up"}):
            one.feed.put(json.dumps(line).encode())
        async with asyncio.timeout(PATIENCE_S):
            assert await anext(news) == BACK


async def test_an_agent_that_stops_is_noticed_at_once(tmp_path: Path):
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(agent_process("--docker", "none"))
        announcer = Hall(one.port, tmp_path).announcer
        news = await stack.enter_async_context(announcer.announcements())
        one.process.kill()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(AgentError, match="the connection was cut"):
                await anext(news)


async def test_an_agent_that_falls_silent_is_noticed(tmp_path: Path):
    """A hung agent, on a machine whose kernel still answers for it."""
    async with agent(bounds=Bounds(beat_s=PATIENCE_S)) as one:
        hall = Hall(one.port, tmp_path, timeouts=AgentTimeouts(silent_s=0.2))
        async with hall.announcer.announcements() as news:
            with pytest.raises(AgentError, match="the agent does not answer"):
                await anext(news)


@pytest.mark.slow
async def test_a_quiet_agent_is_not_taken_for_a_silent_one(tmp_path: Path):
    async with agent(bounds=Bounds(beat_s=0.05)) as one:
        hall = Hall(one.port, tmp_path, timeouts=AgentTimeouts(silent_s=3.0))
        async with hall.announcer.announcements() as news:
            asyncio.get_running_loop().call_later(3.5, one.rest.goes)
            assert await anext(news) == GOING


async def test_a_stream_that_cannot_be_opened_is_told(tmp_path: Path):
    talks = ((say_nothing, 0.1, "does not answer"), (answering("200 OK"), 60, "not Hall's agent"))
    for talk, within, why in talks:
        async with serving(talk) as port:
            hall = Hall(port, tmp_path, timeouts=AgentTimeouts(open_s=within))
            with pytest.raises(AgentError, match=why):
                async with hall.announcer.announcements():
                    pass
