"""A cable between the gateway (this machine) and a server (a network namespace)."""

import os
import re
import subprocess
from dataclasses import dataclass

from tests.lab.needs import required

PREFIX = 24


def ip(*words: str) -> str:
    """Run `ip` with these words and return what it printed."""
    done = subprocess.run([required("ip"), *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Cable:
    """A veth pair: one end here, with an address; the other in a namespace, without."""

    number: int
    namespace: str

    @property
    def interface(self) -> str:
        """The gateway's end."""
        return f"hall-lab{self.number}"

    @property
    def gateway_address(self) -> str:
        return f"10.213.{self.number}.1"

    @property
    def server_address(self) -> str:
        return f"10.213.{self.number}.2"

    @property
    def broadcast(self) -> str:
        return f"10.213.{self.number}.255"

    @property
    def mac(self) -> str:
        """The server's network card."""
        return f"02:48:41:4c:4c:{self.number:02x}"


def lay_cable() -> Cable:
    """Take the first free number, and lay a cable to a new namespace."""
    for number in range(1, 255):
        cable = Cable(number, f"hall-lab-{number}-{os.getpid()}")
        if _claim(cable):
            return _connect(cable)
    raise RuntimeError("every lab network, 10.213.1.0 to 10.213.254.0, is in use")


def remove_cable(cable: Cable) -> None:
    """Undo `lay_cable`; what is already gone is no error."""
    for words in (("link", "delete", cable.interface), ("netns", "delete", cable.namespace)):
        try:
            ip(*words)
        except OSError as error:
            if not re.search("Cannot find device|No such file", str(error)):
                raise


def _claim(cable: Cable) -> bool:
    """The kernel refuses a second interface of that name: that is the lock."""
    try:
        ip("link", "add", cable.interface, "type", "veth", "peer", "name", f"{cable.interface}s")
    except OSError as error:
        if "File exists" in str(error):
            return False
        raise
    return True


def _connect(cable: Cable) -> Cable:
    inside = ("-n", cable.namespace)
    try:
        ip("netns", "add", cable.namespace)
        ip("link", "set", f"{cable.interface}s", "netns", cable.namespace, "name", "eth0")
        ip(*inside, "link", "set", "eth0", "address", cable.mac, "addrgenmode", "none")
        ip(*inside, "link", "set", "lo", "up")
        ip(*inside, "link", "set", "eth0", "up")
        ip("link", "set", cable.interface, "addrgenmode", "none")
        ip("addr", "add", f"{cable.gateway_address}/{PREFIX}", "brd", "+", "dev", cable.interface)
        ip("link", "set", cable.interface, "up")
    except BaseException:
        remove_cable(cable)
        raise
    return cable
