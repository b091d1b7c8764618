"""A container image from nothing but busybox, as the tar file that Docker imports."""

import io
import subprocess
import tarfile
from pathlib import Path

from tests.lab.needs import required

IMAGE = "lab/web:latest"

_FOLDERS = ("bin", "dev", "etc", "proc", "root", "run", "sys", "tmp", "www", "www/deep")

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1 id="lab-page">{title}</h1><p>This page is served by the container itself.</p></html>
"""

_APP = """#!/bin/sh
# What the container does, by the word in APP, after APP_DELAY seconds.
[ "$APP" = exits ] && { echo "the configuration is broken" >&2; exit 1; }
trap 'exit 0' TERM
nap() { sleep "$1" & wait $!; }
nap "${APP_DELAY:-0}"
case "$APP" in
  error500) nc -ll -p 80 -e /bin/answer500 & ;;
  database) touch /run/ready; while :; do nap 3600; done ;;
  *)
    truncate -s 1G /www/long.bin
    nc -ll -p 81 -e /bin/websocket &
    httpd -f -vv -p 80 -h /www &
    ;;
esac
wait
"""

_WEBSOCKET = """#!/bin/sh
# Takes one WebSocket (RFC 6455, 4.2.2), and says nothing on it until its other end goes.
while read -r name value && [ "$name" != "$(printf '\\r')" ]; do
  case $name in [Ss]ec-[Ww]eb[Ss]ocket-[Kk]ey:) key=${value%?} ;; esac
done
digest=$(printf %s "${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11" | sha1sum | cut -c1-40)
accept=$(printf "$(printf %s "$digest" | sed 's/../\\\\x&/g')" | base64)
printf 'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n'
printf 'Sec-WebSocket-Accept: %s\\r\\n\\r\\n' "$accept"
exec cat >/dev/null
"""

_ANSWER_500 = """#!/bin/sh
while read -r line && [ "$line" != "$(printf '\\r')" ]; do :; done
printf 'HTTP/1.0 500 Internal Server Error\\r\\nContent-Type: text/plain\\r\\n\\r\\nbroken\\n'
"""


def image_tar() -> bytes:
    """The image's root folder."""
    busybox = Path(required("busybox"))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder in _FOLDERS:
            _add(tar, folder, kind=tarfile.DIRTYPE)
        _add(tar, "bin/busybox", busybox.read_bytes())
        for applet in _applets(busybox):
            _add(tar, f"bin/{applet}", kind=tarfile.SYMTYPE, link="busybox")
        for path, text in _files().items():
            _add(tar, path, text.encode())
    return buffer.getvalue()


def _files() -> dict[str, str]:
    return {
        "bin/app": _APP,
        "bin/answer500": _ANSWER_500,
        "bin/websocket": _WEBSOCKET,
        "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
        "www/index.html": _PAGE.format(title="Lab home"),
        "www/deep/link.html": _PAGE.format(title="Lab deep link"),
    }


def _applets(busybox: Path) -> list[str]:
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    return [applet for applet in listed.stdout.split() if applet != "busybox"]


def _add(
    tar: tarfile.TarFile,
    path: str,
    data: bytes = b"",
    *,
    kind: bytes = tarfile.REGTYPE,
    link: str = "",
) -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.size, entry.linkname = kind, len(data), link
    entry.mode = 0o1777 if path == "tmp" else 0o755
    tar.addfile(entry, io.BytesIO(data))
