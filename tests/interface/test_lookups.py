"""What a request asks of Hall's own tables costs as many steps, however long they are."""

import gc
from collections.abc import Callable
from cProfile import Profile

from hall.core.config.document import Configuration
from tests.support.small_hall import a_document, small_house


def steps(do: Callable[[], object]) -> int:
    """How many functions are called; of the second time, when all tables are made."""
    do()
    profile = Profile()
    gc.disable()  # what it calls is no step of ours
    profile.enable()
    do()
    profile.disable()
    gc.enable()
    return sum(entry.callcount for entry in profile.getstats())


def crowded() -> Configuration:
    """The small house, with a thousand domains more."""
    document = a_document()
    for number in range(1000):
        name, host = f"d{number}", f"d{number}.example.org"
        document["domains"][name] = {
            "name": name,
            "server": "main",
            "hosts": [host],
            "url": f"https://{host}/",
        }
    return Configuration.model_validate(document)


async def test_a_host_name_is_found_in_as_many_steps_among_a_thousand():
    async with small_house() as few, small_house(crowded()) as many:
        assert many.parts.domain_of_host("d999.example.org") == "d999"
        names = ("client1.example.org", "nobody.example.org")
        one, other = (
            steps(lambda: [house.parts.domain_of_host(name) for name in names])  # noqa: B023
            for house in (few, many)
        )
    assert one == other


async def test_a_refusal_takes_as_many_steps_after_a_thousand_others():
    async with small_house() as house:
        visits = house.parts.visits
        first = steps(lambda: visits.refuse("private", "203.0.113.0"))
        for number in range(1000):
            visits.refuse("private", f"198.51.{number // 250}.{number % 250}")
        assert steps(lambda: visits.refuse("private", "203.0.113.0")) == first
