"""A room full of lab servers, whose Docker data is made once and copied for each."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.image import IMAGE, image_tar
from tests.lab.leftovers import new_folder, remove_leftovers
from tests.lab.project import Project, create
from tests.lab.server import Hardware, LabServer


class Lab:
    """Open it once per session; every server that it hands out is new, and asleep."""

    def __init__(self) -> None:
        remove_leftovers()
        self._folder = new_folder()
        self._prepared: dict[tuple[Project, ...], Path] = {}

    def prepare(self) -> None:
        """Make one server, and an image on its engine: proof that the lab works here.

        Raises:
            OSError, RuntimeError: It does not; the message says how it ended.
        """
        self._data(())

    def close(self) -> None:
        shutil.rmtree(self._folder)

    @contextmanager
    def server(self, *projects: Project, hardware: Hardware | None = None) -> Iterator[LabServer]:
        """A sleeping server that holds these projects (a healthy one if none is named)."""
        data = self._data(projects or (Project(),))
        with self._new_server(data, hardware or Hardware()) as server:
            yield server

    def _data(self, projects: tuple[Project, ...]) -> Path:
        """A data folder with these projects in it, nothing running; not to be used itself."""
        if projects not in self._prepared:
            self._prepared[projects] = self._prepare(projects)
        return self._prepared[projects]

    def _prepare(self, projects: tuple[Project, ...]) -> Path:
        source = self._data(()) if projects else None
        with self._new_server(source, Hardware(boot_delay=0, docker_delay=0)) as server:
            server.wake()
            with server.docker() as docker:
                if not projects:
                    docker.import_image(image_tar(), IMAGE)
                for project in projects:
                    create(docker, project)
            server.sleep()
            return _copy(server.folder / "data", self._folder / f"data-{len(self._prepared)}")

    @contextmanager
    def _new_server(self, source: Path | None, hardware: Hardware) -> Iterator[LabServer]:
        folder = Path(tempfile.mkdtemp(prefix="server-", dir=self._folder))
        data = folder / "data"
        data.mkdir(mode=0o711)
        try:
            if source:
                _copy(source, data)
            with LabServer(folder, data, hardware) as server:
                yield server
        finally:
            shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> Path:
    """Copy a Docker data folder, with the attributes that only root sees."""
    target.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)
    return target
