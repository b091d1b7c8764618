"""How different callers ask, for tests of the interface."""

from typing import Any

from quart import Response
from quart.typing import TestClientProtocol

BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}
SCRIPT = {"User-Agent": "curl/8.5.0", "Accept": "*/*"}
ROBOT = {**BROWSER, "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}


class Caller:
    """Asks over a connection from one address, with one set of headers."""

    def __init__(
        self, client: TestClientProtocol, headers: dict[str, str], peer: str = "127.0.0.1"
    ) -> None:
        self.client = client
        self.headers = headers
        self.scope = {"client": (peer, 40_000)}

    async def get(self, path: str, **headers: str) -> Response:
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Response:
        return await self.ask("POST", path, form=form, **headers)

    async def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> Response:
        """Header names are written with underscores."""
        return await self._open(method, path, headers, form=form)

    async def order(
        self, path: str, body: object = None, method: str = "POST", **headers: str
    ) -> Response:
        """Send JSON, or with None an empty body."""
        content = {} if body is None else {"json": body}
        return await self._open(method, path, headers, **content)

    async def send(self, path: str, data: bytes, kind: str, method: str = "POST") -> Response:
        """Send a body as it is, under this content type."""
        return await self._open(method, path, {"Content-Type": kind}, data=data)

    async def _open(
        self, method: str, path: str, headers: dict[str, str], **content: object
    ) -> Response:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        headers = {**self.headers, **more}
        client: Any = self.client
        answer: Response = await client.open(
            path, method=method, headers=headers, scope_base=self.scope, **content
        )
        return answer
