"""Real front proxies on loopback, set up for WebSockets as their manuals say."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.lab.needs import find, refuse
from tests.support.ports import a_free_port

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{hall};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
HAPROXY = """
defaults
  mode http
  option forwardfor
  timeout connect 10s
  timeout client 60s
  timeout server 60s
listen front
  bind 127.0.0.1:{port}
  server hall 127.0.0.1:{hall}
"""
CADDY = """
{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{hall}
}}
"""
PROXIES = {
    "nginx": (NGINX, ["-p", "{folder}", "-c", "{file}"]),
    "haproxy": (HAPROXY, ["-db", "-f", "{file}"]),
    "caddy": (CADDY, ["run", "--config", "{file}", "--adapter", "caddyfile"]),
}


@asynccontextmanager
async def in_front_of(hall: int, name: str, folder: Path) -> AsyncIterator[int]:
    """The port of this proxy, which passes all on to the port of Hall."""
    if (program := find(name)) is None:
        refuse(f"needs the package {name} (.ci/packages installs it)")
    text, words = PROXIES[name]
    port, file = a_free_port(), folder / f"{name}.conf"
    file.write_text(text.format(folder=folder, port=port, hall=hall))
    process = await asyncio.create_subprocess_exec(
        program,
        *(word.format(folder=folder, file=file) for word in words),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    try:
        await _listens(process, port)
        yield port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listens(process: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(120):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
    raise RuntimeError(f"the proxy ended with {process.returncode}")
