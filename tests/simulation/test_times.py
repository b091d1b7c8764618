"""How long simulated boots take, and what is said when they take too long."""

from hall.core.config.document import Configuration
from hall.core.model.check import CheckName
from hall.simulation.notes import notes
from hall.simulation.times import DomainTimes, ServerTimes, learned_times, told_times
from tests.simulation.houses import a_domain, a_house, a_server, on_demand

COLD = {CheckName.NETWORK: 20.0, CheckName.DOCKER: 4.0, CheckName.APP: 3.0}
WARM = {CheckName.CONTAINERS: 7.4, CheckName.APP: 2.0}


def a_bare_house() -> Configuration:
    """A server without Docker, and a domain of which nothing can be asked."""
    domain = a_domain(on_demand(), project=None, health=None)
    server = a_server(docker=None, sleep=None)
    other = a_server(wake=None)
    document = {"servers": {"main": server, "other": other}, "domains": {"a": domain}}
    return Configuration.model_validate(document)


def test_a_boot_that_is_told_is_divided_between_its_stages():
    times = told_times(a_house(on_demand()), 100)
    assert times.servers["main"] == ServerTimes(60, 20)
    assert times.domains["a"] == DomainTimes(20, 20)


def test_a_stage_that_is_not_configured_leaves_its_share_to_the_network():
    times = told_times(a_bare_house(), 100)
    assert times.servers["main"] == ServerTimes(80, 0)
    assert times.domains["a"] == DomainTimes(0, 0)


def test_stages_are_learned_as_medians_in_whole_seconds():
    slow = {**COLD, CheckName.NETWORK: 90.0}
    fast = {**COLD, CheckName.NETWORK: 19.6}
    times = learned_times(a_house(on_demand()), {"a": [slow, fast, WARM, fast]})
    assert times.servers["main"] == ServerTimes(20, 4)
    assert times.domains["a"] == DomainTimes(boot_s=3, start_s=9)
    assert times.learned == {"main": 3}


def test_a_server_learns_from_all_its_domains_and_a_domain_from_its_own():
    times = learned_times(a_house(on_demand(), on_demand()), {"a": [COLD]})
    usual = told_times(a_house(on_demand(), on_demand()))
    assert times.servers["main"] == ServerTimes(20, 4)
    assert times.domains == {"a": DomainTimes(3, 12), "b": usual.domains["b"]}


def test_what_makes_figures_strange_is_said():
    config = a_bare_house()
    assert notes(config, told_times(config)) == [
        'main has no way to sleep ("sleep"): it is up all the time',
        "other has no domain and is left out",
    ]
    config = a_house(on_demand(), server=a_server(wake=None, deadlines={"docker": 10}))
    assert notes(config, told_times(config, 2000)) == [
        'main has no way to be woken ("wake"): it begins up, and sleeps once for good',
        "wakes of main fail: network takes 1200 s, and has 120 s at most",
        "wakes of main fail: docker takes 400 s, and has 10 s at most",
        "wakes of a fail: its own part takes 400 s, and has 270 s at most",
        "traffic of containers is not simulated: visits alone keep a domain in use",
    ]
