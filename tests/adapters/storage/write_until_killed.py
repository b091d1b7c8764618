"""Write batch after batch, and say so after each; somebody kills this."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from hall.adapters.storage.journal import open_journal
from tests.adapters.storage import story


async def main(folder: Path, number: int) -> None:
    async with open_journal(folder) as journal:
        while True:
            number += 1
            await journal.write([story.visited(at=number), story.changed(at=number)])
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
