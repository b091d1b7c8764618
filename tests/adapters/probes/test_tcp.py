from hall.adapters.probes.resolver import Names
from hall.adapters.probes.tcp import TcpProber
from hall.core.model.check import ProbeResult
from tests.adapters.neighbours import dropping, refusing, say_nothing, serving
from tests.support.timeouts import PATIENCE_S


async def connect(
    port: int, address: str = "127.0.0.1", seconds: float = PATIENCE_S
) -> ProbeResult:
    return await TcpProber(address, port, Names(lambda _: ())).look(seconds)


async def test_a_port_that_listens_accepts_connections():
    async with serving(say_nothing) as port:
        result = await connect(port)
    assert str(result.detail) == "Accepts connections"
    assert result.ok
    assert result.took_ms > 0


async def test_a_machine_that_refuses_the_connection_is_up():
    with refusing() as port:
        result = await connect(port)
    assert str(result.detail) == "Refuses the connection, so it is up"
    assert result.ok
    assert 0 < result.took_ms < 200


async def test_a_machine_that_drops_packets_is_silent():
    with dropping() as port:
        assert (await connect(port, seconds=0.2)).detail.code == "tcp_silent"


async def test_an_address_that_no_way_leads_to_is_unreachable():
    assert (await connect(9, "127.255.255.255")).detail.code == "unreachable"


async def test_a_name_that_is_not_known_is_a_sight_and_no_error():
    assert (await connect(9, "server.lan")).detail.code == "name_unknown"
