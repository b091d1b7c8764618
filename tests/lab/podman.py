"""Podman as a second real engine: the service behind its socket, in namespaces of its own."""

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.docker_api import DockerApi
from tests.lab.engine import Engine
from tests.lab.image import IMAGE, image_tar
from tests.lab.leftovers import new_folder
from tests.lab.needs import required
from tests.support.timeouts import PATIENCE_S

_CONFIGURATION = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "{folder}/net"
"""
"""Limits that an unprivileged machine may set, and nothing of systemd's: it may not be there."""

_NETWORKS = "/run/containers"
"""Where netavark keeps what it knows of running networks; it can be told no other place, and two
engines would take each other's away."""

_ALONE = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Namespaces that end with their first process, and all that runs in them."""


class Podman:
    """A `podman system service` with the lab's image. Close it when done."""

    def __init__(self) -> None:
        self._folder = folder = new_folder()
        self._socket = folder / "podman.sock"
        (folder / "net").mkdir()
        settings = folder / "containers.conf"
        settings.write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
        store = {"root": "store", "runroot": "run", "tmpdir": "tmp"}
        self._podman = [
            *("env", f"CONTAINERS_CONF={settings}", required("podman")),
            *(part for name, path in store.items() for part in (f"--{name}", f"{folder}/{path}")),
            *("--storage-driver", "vfs"),
        ]
        service = [*self._podman, "system", "service", "--time=0", self.url]
        private = f"mkdir -p {_NETWORKS} && mount -t tmpfs tmpfs {_NETWORKS}"
        begin = ["sh", "-c", f'ip link set lo up && {private} && exec "$@"', "sh"]
        self._service = Engine(
            [required("unshare"), *_ALONE, *begin, *service],
            unix_socket=str(self._socket),
            log=folder / "podman.log",
        )

    def __enter__(self) -> Self:
        self._service.start()
        try:
            self._await_service()
            with self.docker() as docker:
                docker.import_image(image_tar(), IMAGE)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self.docker() as docker:
                self._remove_all(docker)
        finally:
            self._end()

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def docker(self) -> DockerApi:
        return DockerApi(str(self._socket))

    def check_health(self, name: str) -> None:
        """Run a HEALTHCHECK, as systemd's timers do for Podman where there is systemd."""
        init = self._service.pid
        inside = Path(f"/proc/{init}/task/{init}/children").read_text(encoding="ascii").strip()
        enter = [required("nsenter"), f"--target={inside}", "--net", "--mount", "--pid"]
        subprocess.run([*enter, *self._podman, "healthcheck", "run", name], check=False)

    def _remove_all(self, docker: DockerApi) -> None:
        """A container goes only after those that share its network."""
        while names := docker.names():
            before = len(names)
            for name in names:
                with suppress(RuntimeError):
                    docker.remove(name)
            if len(docker.names()) == before:
                raise RuntimeError(f"podman does not let go of {', '.join(names)}")

    def _end(self) -> None:
        """All that runs in its namespaces ends with the first process there."""
        self._service.cut_off()
        self._service.stop(10)
        shutil.rmtree(self._folder)

    def _await_service(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while not self._service.answers():
            if self._service.has_ended() or time.monotonic() > end:
                words = (self._folder / "podman.log").read_text(encoding="utf-8")
                raise RuntimeError(f"podman did not start: {words[-1000:]}")
            time.sleep(0.05)
