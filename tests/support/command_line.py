"""The command ``hall`` as a process, for tests."""

import asyncio
import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What it said, and its exit code."""

    code: int
    out: str
    err: str


async def hall(*words: str, **env: str) -> Said:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hall", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **env},
    )
    out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())
