"""`python -m worker`: the worker with the settings of the environment."""

import asyncio

from service.settings import Settings
from worker.main import run

if __name__ == "__main__":
    asyncio.run(run(Settings()))
