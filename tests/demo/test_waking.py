"""A simulated server sleeps, wakes on its magic packet, and falls asleep again."""

import asyncio

import httpx
import pytest

from hall.demo import SimulatedServer
from hall.demo.firmware import is_magic_packet
from tests.demo.staging import (
    app_up,
    connect,
    docker_up,
    is_open,
    quick,
    send_magic_packet,
    until_closed,
    until_open,
)
from tests.support.timeouts import PATIENCE_S

pytestmark = pytest.mark.slow


async def test_every_port_is_silent_while_the_server_sleeps():
    async with SimulatedServer(quick()) as server:
        for port in (server.ports.ssh, server.ports.docker, server.ports.app, server.ports.sleep):
            with pytest.raises(TimeoutError):
                await connect(port)


async def test_a_server_that_is_up_refuses_where_nothing_listens_yet():
    async with SimulatedServer(quick(docker=60)) as server:
        send_magic_packet(server)
        await until_open(server.ports.ssh)
        with pytest.raises(ConnectionRefusedError):
            await connect(server.ports.docker)


async def test_a_magic_packet_wakes_the_server():
    async with SimulatedServer(quick()) as server:
        send_magic_packet(server)
        await until_open(server.ports.ssh)
        assert server.is_awake


async def test_a_packet_for_another_card_wakes_nobody():
    async with SimulatedServer(quick(network=0)) as server:
        send_magic_packet(server, "02:00:00:00:00:99")
        send_magic_packet(server)
        await until_open(server.ports.ssh)
        assert server.packets == 1


async def test_the_lost_server_has_another_address_than_the_configured():
    scene = quick("lost")
    async with SimulatedServer(scene) as server:
        assert server.config()[0]["wake"]["mac"] != scene.mac


def test_a_password_after_the_magic_packet_does_not_matter():
    packet = b"\xff" * 6 + bytes.fromhex("0248414c4c01") * 16 + b"secret"
    assert is_magic_packet(packet, "02:48:41:4c:4c:01")


def test_fifteen_times_the_address_is_no_magic_packet():
    packet = b"\xff" * 6 + bytes.fromhex("0248414c4c01") * 15
    assert not is_magic_packet(packet, "02:48:41:4c:4c:01")


async def test_packets_for_a_server_that_is_up_do_not_boot_it_twice():
    async with docker_up(quick()) as (server, docker):
        send_magic_packet(server)
        await docker.get("/_ping")
        assert server.boots == 1


async def test_the_network_is_up_before_docker():
    async with SimulatedServer(quick(docker=60)) as server:
        send_magic_packet(server)
        await until_open(server.ports.ssh)
        assert not await is_open(server.ports.docker)


async def test_docker_is_up_before_the_app():
    async with docker_up(quick()) as (server, _):
        assert not await is_open(server.ports.app)


async def test_the_ssh_port_greets_and_hangs_up():
    async with docker_up(quick()) as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.ports.ssh)
        assert (await reader.read()).startswith(b"SSH-2.0-")
        writer.close()
        await writer.wait_closed()


async def test_a_request_to_its_sleep_port_puts_it_to_sleep():
    async with docker_up(quick()) as (server, _), httpx.AsyncClient() as hall:
        port = server.ports.sleep
        assert (await hall.post(f"http://127.0.0.1:{port}/sleep")).status_code == 202
        for closed in (port, server.ports.docker, server.ports.ssh):
            await until_closed(closed)
        assert server.boots == 1


async def test_nothing_else_puts_it_to_sleep():
    async with docker_up(quick()) as (server, docker), httpx.AsyncClient() as hall:
        url = f"http://127.0.0.1:{server.ports.sleep}"
        assert (await hall.get(f"{url}/sleep")).status_code == 405
        assert (await hall.post(f"{url}/")).status_code == 404
        assert (await docker.get("/_ping")).text == "OK"
    assert not await is_open(server.ports.sleep)


async def test_a_server_wakes_again_on_the_same_ports():
    async with docker_up(quick()) as (server, _):
        ports = server.ports
        server.fall_asleep()
        await until_closed(ports.ssh)
        send_magic_packet(server)
        await until_open(ports.docker)
        assert (server.ports, server.boots) == (ports, 2)


async def test_containers_are_over_after_a_night():
    async with app_up(quick()) as (server, _):
        server.fall_asleep()
        await until_closed(server.ports.ssh)
        assert not await is_open(server.ports.app)
        assert not server.is_awake


async def test_going_down_cuts_the_event_stream():
    async with docker_up(quick()) as (server, docker), docker.stream("GET", "/events") as stream:
        server.fall_asleep()
        with pytest.raises(httpx.RemoteProtocolError):
            await stream.aread()


async def test_an_error_inside_the_block_comes_out_as_it_is():
    with pytest.raises(LookupError):
        async with SimulatedServer(quick()):
            raise LookupError


async def test_closing_waits_for_nobody_and_leaves_no_task():
    async with app_up(quick()) as (server, app), app.stream("GET", "/stay"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.ports.docker)
        async with asyncio.timeout(PATIENCE_S):  # who stays would stay for ever
            await server.__aexit__(None, None, None)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert await reader.read() == b""
        writer.close()
