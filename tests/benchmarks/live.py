"""One event to very many open subscriptions, beside raw sockets that are sent the same text."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import orjson

from service.activity.actions import record
from service.activity.models import EventKind
from service.catalogue.queries import find_skill_id
from service.database import Database
from service.jobs import RecordingQueue
from service.news.actions import publish
from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import Catalogue
from tests.benchmarks.listeners import Crowd
from tests.benchmarks.rounds import Bench

_WARM_UP = 3
_DOCUMENT = """subscription ($slug: String!) { skillChanged(slug: $slug) { cursor event { kind happenedAt
  proposal { number } } skill { slug name revision roleCount levelCount } } }"""
_Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Delivery:
    """Seconds from the event to the last socket, and processor seconds of the server, for each event in turn."""

    sockets: int
    ours: list[tuple[float, float]]
    floor: list[tuple[float, float]]
    bytes_a_socket: float

    @property
    def ratio(self) -> float:
        """How much of the raw sockets' pace is reached: the median of neighbouring events."""
        return self._ratio(0)

    @property
    def cpu_ratio(self) -> float:
        """The same of processor time."""
        return self._ratio(1)

    def _ratio(self, which: int) -> float:
        pairs = zip(self.ours, self.floor, strict=True)
        return median(floor[which] / ours[which] for ours, floor in pairs)


def measure(bench: Bench, ours: Contender, raw: Contender, catalogue: Catalogue, sockets: int) -> Delivery:
    """Open so many subscriptions to one skill at ours, as many sockets at the raw one, and let things happen."""
    return asyncio.run(_measure(bench, ours, raw, catalogue, sockets))


async def _measure(
    bench: Bench, ours: Contender, raw: Contender, catalogue: Catalogue, sockets: int
) -> Delivery:
    slug = catalogue.skills[0]
    greeting = [
        orjson.dumps({"type": "connection_init"}).decode(),
        orjson.dumps(
            {"id": "1", "type": "subscribe", "payload": {"query": _DOCUMENT, "variables": {"slug": slug}}}
        ).decode(),
    ]
    async with AsyncExitStack() as held:
        event = await held.enter_async_context(_events(catalogue, slug))
        bench.tell(f"opening {sockets:,} subscriptions, and as many raw sockets")
        async with httpx.AsyncClient(timeout=60) as client:
            await client.get(f"{ours.address}/healthz")
            before = ours.memory() or 0
            subscribed = await held.enter_async_context(Crowd.of(_address(ours), sockets, greeting, expect=2))
            held_by_a_socket = ((ours.memory() or 0) - before) / sockets
            others = await held.enter_async_context(Crowd.of(_address(raw), sockets, [], expect=0))

            async def send_raw() -> None:
                await client.post(f"{raw.address}/send", content=subscribed.last_text)

            async def timed(server: Contender, crowd: Crowd, act: _Act) -> tuple[float, float]:
                cpu, start = server.cpu_seconds() or 0.0, perf_counter()
                crowd.await_one_each()
                await act()
                await crowd.all_have_it()
                return perf_counter() - start, (server.cpu_seconds() or 0.0) - cpu

            found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
            for number in range(_WARM_UP + bench.rounds * 4):
                bench.tell(f"{sockets:,} sockets: event {number + 1}")
                pair = await timed(ours, subscribed, event), await timed(raw, others, send_raw)
                if number >= _WARM_UP:
                    for among, figures in zip(found, pair, strict=True):
                        among.append(figures)
    return Delivery(sockets, *found, held_by_a_socket)


@asynccontextmanager
async def _events(catalogue: Catalogue, slug: str) -> AsyncIterator[_Act]:
    """Makes one event about the skill, published."""
    database = Database(catalogue.url, queue=RecordingQueue(), pool_size=1)
    try:
        async with database.read_session() as session:
            skill_id = await find_skill_id(session, slug)

        async def happen() -> None:
            async with database.transaction() as session:
                made = await record(
                    session, EventKind.PROPOSAL_CREATED, at=datetime.now(UTC), skill_id=skill_id
                )
                await publish(session, [made.id])

        yield happen
    finally:
        await database.close()


def _address(contender: Contender) -> tuple[str, int]:
    parts = urlsplit(contender.address)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port
