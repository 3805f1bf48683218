"""The whole product as processes of its own, with a network between them that can fail."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from service.cli.api import COMMAND as API
from service.cli.worker import COMMAND as WORKER
from tests.faults.community import REFUSED
from tests.faults.journal import Tail
from tests.faults.links import Link
from tests.faults.parts import Part, Stores, free_port

_POLL_SECONDS = 0.1
_START_SECONDS = 60.0


@dataclass(frozen=True)
class System:
    """Its parts, the links to them, and what its mail server writes down."""

    stores: Stores
    parts: dict[str, Part]
    links: dict[str, Link]
    tail: Tail
    http: httpx.AsyncClient

    async def until_ready(self) -> None:
        """Until the API says that it can serve, which it is asked over the network that its clients use."""
        while not await self._is_ready():  # noqa: ASYNC110  a process that starts does not call us
            await asyncio.sleep(_POLL_SECONDS)

    async def _is_ready(self) -> bool:
        try:
            return (await self.http.get("/readyz", timeout=1.0)).status_code == 200
        except httpx.HTTPError:
            return False


def command_of(words: Sequence[str], broken: str | None) -> list[str]:
    """The command of the product, or the same with a fault put into it."""
    if broken is None:
        return list(words)
    return [sys.executable, "-m", "tests.faults.breaks", broken, *words[words.index("-m") + 1 :]]


@asynccontextmanager
async def running(
    folder: Path, stores: Stores, *, broken: str | None, collapse: float
) -> AsyncIterator[System]:
    """All of it, from ready until the block ends."""
    api_port, mail_port = free_port(), free_port()
    links = {
        "api": Link("api", lambda: asyncio.open_connection("127.0.0.1", api_port)),
        "smtp": Link("smtp", lambda: asyncio.open_connection("127.0.0.1", mail_port)),
        "postgresql": Link("postgresql", lambda: asyncio.open_unix_connection(str(stores.postgresql_socket))),
        "valkey": Link("valkey", lambda: asyncio.open_unix_connection(str(stores.valkey_socket))),
    }
    for link in links.values():
        await link.open()
    environment = {
        "DATABASE_URL": f"postgresql://skillprofile@127.0.0.1:{links['postgresql'].port}/skillprofile",
        "REDIS_URL": f"redis://127.0.0.1:{links['valkey'].port}/0",
        "MAIL_URL": f"smtp://127.0.0.1:{links['smtp'].port}",
        "SECRET_KEY": "a secret of this run alone",
        "SITE_URL": f"http://127.0.0.1:{links['api'].port}",
        "MAIL_FROM": "notifications@faults.test",
        "MAIL_COLLAPSE_SECONDS": str(collapse),
        "LOG_FORMAT": "text",
    }
    book = folder / "post.jsonl"
    sink = [sys.executable, "-m", "tests.faults.sink", str(mail_port), str(book), REFUSED]
    worker = command_of(WORKER, broken)
    parts = {
        "smtp": Part("smtp", sink, {}, folder / "smtp.log", hears=True),
        "api": Part(
            "api", [*command_of(API, broken), "--port", str(api_port)], environment, folder / "api.log"
        ),
        "worker-1": Part("worker-1", worker, environment, folder / "worker-1.log"),
        "worker-2": Part("worker-2", worker, environment, folder / "worker-2.log"),
    }
    async with httpx.AsyncClient(
        base_url=environment["SITE_URL"], limits=httpx.Limits(max_keepalive_connections=0)
    ) as http:
        system = System(stores, parts, links, Tail(book), http)
        try:
            for part in parts.values():
                await part.start()
            await asyncio.wait_for(system.until_ready(), _START_SECONDS)
            yield system
        finally:
            await asyncio.gather(*(part.stop() for part in parts.values()))
            for link in links.values():
                await link.close()
