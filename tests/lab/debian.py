"""A base image for the project's Dockerfile, from nothing but Debian's packages."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.needs import SYSTEM_PATH, required

_PACKAGES = "python3,python3-venv,ca-certificates"
_TRUST = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")
"""What this machine needs to reach its package index, an image built on it needs too."""

_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@contextmanager
def base_image(root: Path) -> Iterator[Iterator[bytes]]:
    """The same release as this machine's, unpacked in `root`, as the tar file to import."""
    _unpack(root)
    for path in _TRUST:
        if Path("/", path).is_file():
            shutil.copyfile(Path("/", path), root / path)
    words = ["tar", "--create", "--numeric-owner", "--exclude=./var/cache/apt/*", "-C", str(root)]
    with subprocess.Popen([*words, "."], stdout=subprocess.PIPE) as tar:
        assert tar.stdout is not None
        pipe = tar.stdout
        yield iter(lambda: pipe.read(1 << 16), b"")
    if tar.returncode != 0:
        raise OSError(f"tar ended with {tar.returncode}")


def pip_settings() -> dict[str, str]:
    """How this machine's pip is told to work, as environment variables."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def proxy_settings() -> dict[str, str]:
    """The proxies of this machine; Docker knows these build arguments by itself."""
    return {name: os.environ[name] for name in _PROXIES if name in os.environ}


def _unpack(root: Path) -> None:
    """What it mounts for a while, it mounts in a namespace of its own."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    words = [required("unshare"), "--mount", "--propagation=private", required("debootstrap")]
    words += ["--variant=minbase", f"--include={_PACKAGES}", release, str(root)]
    env = {**os.environ, "PATH": SYSTEM_PATH}
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0:
        raise OSError(f"debootstrap ended with {done.returncode}: {done.stdout[-2000:]}")
