"""The pages' own files, all from memory: modules, sheets, fonts."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIMETYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load, as it is and compressed; ``etag`` changes with its bytes."""

    body: bytes
    gzipped: bytes
    mimetype: str
    etag: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """All files below a folder that pages load, by their path there: read once, at start."""
    files = (file for file in sorted(folder.rglob("*")) if file.suffix in MIMETYPES)
    return {
        file.relative_to(folder).as_posix(): _asset(file.read_bytes(), MIMETYPES[file.suffix])
        for file in files
    }


def _asset(body: bytes, mimetype: str) -> Asset:
    return Asset(
        body=body,
        gzipped=gzip.compress(body, mtime=0),
        mimetype=mimetype,
        etag=hashlib.sha256(body).hexdigest()[:16],
    )


def imports_of(assets: Mapping[str, Asset], entry: str) -> tuple[str, ...]:
    """The modules that an entry needs, itself first, so that a browser fetches them at once."""
    found: list[str] = []
    waiting = [entry]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        found.append(path)
        names = re.findall(r'from "(\.[^"]+)"', assets[path].body.decode())
        waiting.extend(_beside(path, name) for name in names)
    return tuple(found)


def _beside(path: str, name: str) -> str:
    """Resolve a relative import: ``../shared/dom/dom.js`` or ``./view.js``."""
    folder = Path(path).parent
    for part in Path(name).parts:
        folder = folder.parent if part == ".." else folder / part
    return folder.as_posix()
