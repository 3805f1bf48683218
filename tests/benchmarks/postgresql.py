"""The PostgreSQL that all servers are on."""

import asyncio
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.connections import connected
from tests.benchmarks.processes import cpu_seconds_of, family


@dataclass(frozen=True)
class Postgresql:
    """Its version, and its first process where it runs on this machine."""

    version: str
    postmaster: psutil.Process | None

    def cpu_seconds(self) -> float | None:
        """What all its processes have used, those that have ended included; None where it runs elsewhere."""
        if self.postmaster is None:
            return None
        ended = self.postmaster.cpu_times()
        living = sum(cpu_seconds_of(one) for one in family(self.postmaster))
        return living + float(ended.children_user + ended.children_system)


def find(url: str) -> Postgresql:
    """The server behind the URL."""
    return asyncio.run(_find(url))


async def _find(url: str) -> Postgresql:
    async with connected(url) as connection:
        version = str(await connection.fetchval("SHOW server_version"))
        backend = int(await connection.fetchval("SELECT pg_backend_pid()"))
        # Looked up while our connection, which is a process of the server, is open.
        is_here = psutil.pid_exists(backend) and "postgres" in psutil.Process(backend).name()
        return Postgresql(version.split()[0], psutil.Process(backend).parent() if is_here else None)
