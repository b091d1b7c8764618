"""``hall demo`` behind a front proxy: its own process, asked as the proxy would."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.support.command_line import hall
from tests.support.ports import a_free_port

pytestmark = pytest.mark.slow

FORWARDED = {
    "Host": "demo.localhost",
    "X-Forwarded-For": "127.0.0.9",
    "Accept": "text/html",
    "User-Agent": "curl/8.5.0",
}


@asynccontextmanager
async def demo(*options: str) -> AsyncIterator[tuple[int, list[str]]]:
    """The demo with these options: its port, and what it said until it was ready."""
    port = a_free_port()
    command = (sys.executable, "-m", "hall", "demo", "--port", str(port), *options)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said: list[str] = []
    try:
        while not said or "HALL_URL" not in said[-1]:
            said.append((await process.stdout.readline()).decode())
            assert said[-1], f"the demo ended: {said}"
        yield port, said
    finally:
        process.terminate()
        await process.communicate()


async def test_a_project_of_the_demo_has_a_host_name_at_a_front_proxy():
    site = a_free_port()
    url = "http://demo.localhost:8000/"
    options = ("--hosts", "demo.localhost", "--public-url", url, "--trusted-proxy", "127.0.0.1")
    async with (
        demo(*options, "--site-port", str(site)) as (port, said),
        httpx.AsyncClient() as proxy,
    ):
        page = await proxy.get(f"http://127.0.0.1:{port}/deep?x=1", headers=FORWARDED)
        nobody = await proxy.get(
            f"http://127.0.0.1:{port}/deep", headers={"Host": "demo.localhost"}
        )
    assert (page.status_code, page.headers["X-Hall"], nobody.status_code) == (503, "1", 403)
    assert f"{url}deep?x=1" in page.text
    assert f"  awake to http://127.0.0.1:{site}\n" in said


async def test_what_cannot_be_is_told():
    said = await hall("demo", "--hosts", "http://x/", "--port", str(a_free_port()))
    assert said.code != 0
    assert "domains.demo.hosts" in said.err
    said = await hall("demo", "--public-url", "http://x/")
    assert (said.code, "--hosts" in said.err) == (2, True)
