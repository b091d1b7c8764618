"""How long Hall waits for an SSH server, and for what runs there."""

from dataclasses import dataclass

from hall.adapters.probes.keepalive import NOTICE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class SshTimeouts:
    """How long Hall waits for an SSH server, in seconds, by what it waits for."""

    connect_s: float = 3.0
    """Name look-up and TCP connect together."""

    login_s: float = 30.0
    """From there until Hall is let in and its session is open: a server may look up names, or wait
    for a service of its own (pam_systemd(8) for 25 s)."""

    ask_s: float = 10.0
    """The script of the guards, once Hall is logged in."""

    gone_s: float = 1.5 * NOTICE_S
    """After its limit, a command may turn out to be one of a server that is gone: the keep-alives
    of its connection tell that within ``NOTICE_S``."""

    linger_s: float = 30.0
    """A connection that nobody uses is kept so long: longer than from one look to the next."""

    briefly_s: float = 0.2
    """The same where the server is left alone while it sleeps: keep-alives would wake it."""

    pause_s: float = 0.5
    pause_most_s: float = 30.0
    """From a login that failed to the next, twice as long each time: an SSH server locks out who
    tries again and again (sshd_config(5), PerSourcePenalties)."""
