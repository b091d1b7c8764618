"""The harness's own way to the engine, over its unix socket: no TLS, nothing of Hall's."""

import json
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from tests.support.timeouts import PATIENCE_S


class DockerApi:
    """The few requests that the lab makes itself. Open it while the server is awake."""

    def __init__(self, unix_socket: str) -> None:
        self._client = httpx.Client(
            transport=httpx.HTTPTransport(uds=unix_socket),
            base_url="http://docker",
            timeout=PATIENCE_S,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def ping(self) -> str:
        return self._ask("GET", "/_ping").text

    def import_image(
        self, tar: bytes | Iterable[bytes], name: str, env: Mapping[str, str] | None = None
    ) -> None:
        repository, _, tag = name.partition(":")
        changes = [f"ENV {key}={json.dumps(value)}" for key, value in (env or {}).items()]
        query = {"fromSrc": "-", "repo": repository, "tag": tag, "changes": changes}
        self._ask("POST", "/images/create", params=query, content=tar)

    def build_image(self, context: bytes, name: str, args: Mapping[str, str]) -> None:
        """Build from a tar file with a Dockerfile, on this machine's own network.

        Raises:
            RuntimeError: It failed; the message ends with its last words.
        """
        query = {"t": name, "buildargs": json.dumps(dict(args)), "networkmode": "host"}
        done = self._ask("POST", "/build", params=query, content=context, timeout=1200)
        told = [json.loads(line) for line in done.text.splitlines() if line.strip()]
        if any("error" in line for line in told):
            words = "".join(line.get("stream") or line.get("error", "") for line in told)
            raise RuntimeError(f"{name} was not built: {words[-2000:]}")

    def create_network(self, name: str, labels: dict[str, str]) -> None:
        self._ask("POST", "/networks/create", json={"Name": name, "Labels": labels})

    def create_container(self, name: str, spec: dict[str, Any]) -> None:
        self._ask("POST", "/containers/create", params={"name": name}, json=spec)

    def start(self, name: str) -> None:
        self._ask("POST", f"/containers/{name}/start")

    def stop(self, name: str) -> None:
        self._ask("POST", f"/containers/{name}/stop")

    def pause(self, name: str) -> None:
        self._ask("POST", f"/containers/{name}/pause")

    def kill(self, name: str) -> None:
        self._ask("POST", f"/containers/{name}/kill")

    def remove(self, name: str) -> None:
        """Remove it, also while it runs."""
        self._ask("DELETE", f"/containers/{name}", params={"force": "true"})

    def put(self, name: str, folder: str, tar: bytes) -> None:
        """Unpack a tar file in a folder of its."""
        path = f"/containers/{name}/archive"
        self._ask("PUT", path, params={"path": folder}, content=tar)

    def inspect(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", f"/containers/{name}/json").json()
        return found

    def state(self, name: str) -> str:
        """`created`, `running` or `exited`; with its health, as in `running healthy`."""
        state = self.inspect(name)["State"]
        health = state.get("Health", {}).get("Status", "")
        return f"{state['Status']} {health}".strip() if state["Running"] else str(state["Status"])

    def names(self) -> list[str]:
        """Every container, running or not."""
        listed = self._ask("GET", "/containers/json", params={"all": "true"}).json()
        return sorted(name.removeprefix("/") for item in listed for name in item["Names"])

    def log(self, name: str) -> str:
        query = {"stdout": "true", "stderr": "true"}
        return _unframe(self._ask("GET", f"/containers/{name}/logs", params=query).content)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        answer = self._client.request(method, path, **more)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text.strip()}")
        return answer


def _unframe(stream: bytes) -> str:
    """Docker sends each piece of a log after 8 bytes: its source, and its length in the last 4."""
    pieces: list[bytes] = []
    while len(stream) >= 8:
        size = int.from_bytes(stream[4:8])
        pieces.append(stream[8 : 8 + size])
        stream = stream[8 + size :]
    return b"".join(pieces).decode(errors="replace")
