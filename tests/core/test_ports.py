"""What the application needs from the world is written down where it is asked for."""

from inspect import getdoc, getmembers, isfunction
from typing import Protocol

from hall.core import ports

PORTS = [one for one in vars(ports).values() if isinstance(one, type) and Protocol in one.__mro__]
PROMISES = [
    (port.__name__, name, getdoc(method))
    for port in PORTS
    if port is not Protocol
    for name, method in getmembers(port, isfunction)
    if not name.startswith("_")
]


def test_every_promise_of_a_port_is_written_down():
    assert len(PROMISES) > 8
    assert [promise[:2] for promise in PROMISES if not promise[2]] == []
