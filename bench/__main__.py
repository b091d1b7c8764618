"""``make bench``: every benchmark, one after the other."""

import asyncio

from bench import simulation, wakes

asyncio.run(wakes.main())
simulation.main()
