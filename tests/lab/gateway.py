"""Hall as a real process on this machine, configured for a lab server."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.lab.needs import ending_with_us
from tests.lab.project import Project
from tests.lab.server import LabServer
from tests.support.ports import a_free_port
from tests.support.timeouts import PATIENCE_S

Config = dict[str, Any]

FAR_S = 3 * PATIENCE_S
"""A deadline that no test reaches."""


def hall_config(server: LabServer, *projects: Project, seconds: float = FAR_S) -> Config:
    """A configuration for this server, a domain per project; `seconds` is every deadline.

    It is a plain dictionary: change what the test is about before it is written.
    """
    return {
        "gateway": {"trusted_proxies": []},
        "servers": {"lab": _server(server, seconds)},
        "domains": {
            project.name: _domain(server, project, seconds) for project in projects or (Project(),)
        },
    }


def _server(server: LabServer, seconds: float) -> Config:
    tls = {"ca": str(server.tls.ca), "cert": str(server.tls.cert), "key": str(server.tls.key)}
    return {
        "name": "Lab",
        "address": server.address,
        "wake": {"method": "wol", "mac": server.mac, "destinations": [server.broadcast]},
        "docker": {"url": server.docker_url, "tls": tls},
        "deadlines": {"network": seconds, "docker": seconds},
    }


def _domain(server: LabServer, project: Project, seconds: float) -> Config:
    url = server.url(port=project.port)
    return {
        "name": project.name.capitalize(),
        "server": "lab",
        "url": url,
        "project": {"compose": project.name},
        "health": {"url": url},
        "deadlines": {"containers": seconds, "app": seconds},
        "access": {"allow": ["127.0.0.0/8"]},
    }


@dataclass(slots=True)
class Gateway:
    """One Hall, its configuration, its data and its log in `folder`.

    It can be started again after `kill` or `terminate`: same port, same data.
    """

    folder: Path
    config: Config
    port: int = field(default_factory=a_free_port)
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        assert self._process is not None, "Hall is not running"
        return self._process.pid

    @property
    def log(self) -> str:
        """All that it has printed, over every start."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def start(self, seconds: float = PATIENCE_S) -> None:
        """Write the configuration, start Hall, and return when it answers on /healthz."""
        assert self._process is None, "Hall is already running"
        self.write_config()
        words = ["serve", "--config", str(self.config_path)]
        words += ["--port", str(self.port), "--data", str(self.data)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*ending_with_us(), sys.executable, "-m", "hall", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={name: value for name, value in os.environ.items() if name[:5] != "HALL_"},
            )
        try:
            self._wait_until_alive(seconds)
        except BaseException:
            self.kill()
            raise

    @property
    def config_path(self) -> Path:
        return self.folder / "domains.json"

    def write_config(self) -> None:
        """Write `config` where Hall reads it, whole or not at all."""
        draft = self.config_path.with_suffix(".draft")
        draft.write_text(json.dumps(self.config, indent=2), encoding="utf-8")
        draft.replace(self.config_path)

    def kill(self) -> None:
        """SIGKILL; nothing happens if it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def terminate(self, seconds: float = PATIENCE_S) -> tuple[int, float]:
        """SIGTERM; the exit code, and the seconds that it took.

        Raises:
            subprocess.TimeoutExpired: It took longer; it is still running.
        """
        assert self._process is not None, "Hall is not running"
        begin = time.monotonic()
        self._process.terminate()
        code = self._process.wait(seconds)
        self._process = None
        return code, time.monotonic() - begin

    @property
    def _log(self) -> Path:
        return self.folder / "hall.log"

    def _wait_until_alive(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._is_alive():
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"Hall ended with {self._process.returncode}: {self.log}")
            if time.monotonic() > end:
                raise TimeoutError(f"Hall does not answer after {seconds} s: {self.log}")
            time.sleep(0.02)

    def _is_alive(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=PATIENCE_S).is_success
        except httpx.TransportError:
            return False
