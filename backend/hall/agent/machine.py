"""Where this machine tells of itself."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFiles:
    """Folders of the file system."""

    proc: Path = Path("/proc")
    """What the kernel tells (proc(5))."""

    systemd: Path = Path("/run/systemd/system")
    """A folder that is there where systemd is the service manager (sd_booted(3))."""

    dev: Path = Path("/dev")
    """Where terminals are."""
