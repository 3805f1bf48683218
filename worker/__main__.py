"""`python -m worker`: the worker with the settings of the environment."""

import asyncio

from service.cli.failures import one_line
from service.settings import Settings
from worker.main import run

if __name__ == "__main__":
    with one_line("worker", show_crashes=True):
        asyncio.run(run(Settings()))
