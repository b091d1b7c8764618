"""``make bench``: every benchmark, one after the other."""

import asyncio

from bench import wakes

asyncio.run(wakes.main())
