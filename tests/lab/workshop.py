"""An engine on this machine's own network, to build the project's image and run it."""

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import cgroups
from tests.lab.docker_api import DockerApi
from tests.lab.engine import Engine
from tests.lab.leftovers import new_folder
from tests.lab.look import soon
from tests.lab.needs import required

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def workshop() -> Iterator[tuple[DockerApi, Path]]:
    """The engine, and a folder; nothing is left of them or of what was made with them."""
    folder = new_folder()
    group = f"hall-lab-image-{os.getpid()}"
    log = folder / "dockerd.log"
    engine = Engine(_dockerd(folder, group), unix_socket=str(folder / "docker.sock"), log=log)
    try:
        engine.start()
        if not soon(engine.answers):
            raise OSError(f"the engine does not answer: {log.read_text()[-2000:]}")
        with DockerApi(str(folder / "docker.sock")) as api:
            yield api, folder
    finally:
        engine.stop(seconds=100)
        cgroups.remove(group)
        shutil.rmtree(folder)


def _dockerd(folder: Path, group: str) -> list[str]:
    """Its mounts are its own, it touches no bridge and no rule, and it ends when we do."""
    (folder / "daemon.json").write_text("{}", encoding="utf-8")
    options = {
        "config-file": folder / "daemon.json",
        "data-root": folder / "docker",
        "exec-root": folder / "exec",
        "pidfile": folder / "docker.pid",
        "host": f"unix://{folder / 'docker.sock'}",
        "bridge": "none",
        "iptables": "false",
        "exec-opt": "native.cgroupdriver=cgroupfs",
        "cgroup-parent": f"/{group}",
    }
    alone = [required("unshare"), "--mount", "--propagation=private"]
    alone += [required("setpriv"), "--pdeathsig", "TERM", required("dockerd")]
    return [*alone, *(f"--{name}={value}" for name, value in options.items())]


def build_context() -> bytes:
    """The Dockerfile, and of the project what .dockerignore lets through."""
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in ["Dockerfile", *(line[1:] for line in ignored if line.startswith("!"))]:
            tar.add(PROJECT / name, name, filter=_without_caches)
    return buffer.getvalue()


def _without_caches(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name.endswith("__pycache__") else entry
