"""A run from its beginning to its books."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from tests.benchmarks.connections import connected
from tests.faults import clients, plan
from tests.faults.blows import Blow
from tests.faults.books import Books, Skill
from tests.faults.clients import Client, Json, Pen
from tests.faults.community import Community, make_community
from tests.faults.journal import Disturbance, Entry, Wish
from tests.faults.parts import Stores
from tests.faults.system import System, running

# No phase waits longer for all to be well again, and no run for its clients, and then for its queues.
_RECOVERY_SECONDS = 40.0
_CLIENTS_SECONDS = 95.0
_DRAIN_SECONDS = 60.0
# How long clients have begun before a fault strikes, and after which all of them have begun.
_HEAD_START_SECONDS = 0.4
_BEGIN_WITHIN_SECONDS = 1.5
_POLL_SECONDS = 0.1

_LEFT = {
    "events": "SELECT count(*) FROM event WHERE fanned_out_at IS NULL",
    "news": "SELECT count(*) FROM publication WHERE position IS NULL",
    "mails": "SELECT count(*) FROM mail WHERE state IN ('COLLECTING', 'QUEUED', 'DEFERRED')",
    "numbers": "SELECT count(*) FROM skill LEFT JOIN skill_counters AS counters"
    " ON counters.skill_id = skill.id AND counters.revision = skill.revision WHERE counters.skill_id IS NULL",
}


@dataclass(frozen=True)
class Wanted:
    """What to run: so many acceptances, from a seed, through these faults; a fault in the product, if any."""

    seed: int
    accepts: int
    blows: Sequence[Blow]
    broken: str | None = None
    collapse: float = 1.0


@dataclass
class Scene:
    """What goes on: the system, its people, and what has been written down so far."""

    system: System
    people: Community
    chance: random.Random
    journal: list[Entry] = field(default_factory=list)
    asking: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self, rivals: Sequence[Wish], *, within: float = 0.0) -> None:
        """Let the wishes be proposed and accepted, beginning within so many seconds."""
        entries = [Entry(wish) for wish in rivals]
        self.journal += entries
        self.asking.append(asyncio.create_task(self._carry_through(entries, self.chance.uniform(0, within))))

    async def _carry_through(self, entries: Sequence[Entry], pause: float) -> None:
        await asyncio.sleep(pause)
        slug = entries[0].wish.skill
        pens = [Pen(entry) for entry in entries]
        skill = (await pens[0].note(self._client(None).ask(clients.SKILL, slug=slug)))["skill"]
        authors = [self._client(token) for token in self.people.authors[slug]]
        proposals = await asyncio.gather(
            *(
                clients.propose(author, pen.entry.wish, skill, pen)
                for author, pen in zip(authors, pens, strict=False)
            )
        )
        reviewers = [self._client(token) for token in self.chance.sample(self.people.reviewers, len(pens))]
        await asyncio.gather(
            *(
                clients.accept(reviewer, proposal, pen)
                for reviewer, proposal, pen in zip(reviewers, proposals, pens, strict=True)
            )
        )

    def _client(self, token: str | None) -> Client:
        return Client(self.system.http, token, self.chance)


async def run(wanted: Wanted, folder: Path, tell: Callable[[str], None]) -> Books:
    """Let all faults strike, one after the other, while clients accept changes; the books at the end."""
    tell("starting")
    stores = Stores(folder / "stores")
    try:
        await stores.start()
        people = await make_community(stores.database_url)
        async with running(folder, stores, broken=wanted.broken, collapse=wanted.collapse) as system:
            scene = Scene(system, people, random.Random(wanted.seed))
            counts = {slug: _counts(await _skill(scene, slug)) for slug in people.watchers}
            disturbances = await _strike_all(scene, wanted, tell)
            tell("waiting for clients and queues")
            await _settled(scene)
            return Books(
                journal=scene.journal,
                skills={slug: _as_shown(await _skill(scene, slug)) for slug in people.watchers},
                post=system.tail.post,
                watchers=people.watchers,
                also=people.also,
                counts=counts,
                disturbances=disturbances,
                left=await _left(stores),
            )
    finally:
        await stores.stop()


async def _strike_all(scene: Scene, wanted: Wanted, tell: Callable[[str], None]) -> list[Disturbance]:
    rivals = plan.wishes(wanted.seed, wanted.accepts)
    found = []
    for blow, share in zip(wanted.blows, plan.shares(wanted.accepts, len(wanted.blows)), strict=True):
        tell(blow.name)
        *before, probe = rivals[share]
        for group in before:
            scene.begin(group, within=_BEGIN_WITHIN_SECONDS)
        await asyncio.sleep(_HEAD_START_SECONDS)
        began = time.monotonic()
        await blow.strike(scene.system)
        ended = time.monotonic()
        scene.begin(probe)
        ready = await _ready_at(scene, [wish.word for wish in probe])
        since = ended if blow.is_lasting else began
        found.append(
            Disturbance(blow.name, began, ended, None if ready is None else ready - since, blow.loses_answers)
        )
    return found


async def _ready_at(scene: Scene, words: Sequence[str]) -> float | None:
    """When the API serves again and a change that was begun after the fault has reached a watcher by mail."""
    try:
        async with asyncio.timeout(_RECOVERY_SECONDS):
            await scene.system.until_ready()
            tail = scene.system.tail
            while not any(word in copy.text for copy in tail.post.copies[-200:] for word in words):
                await asyncio.sleep(_POLL_SECONDS)
                tail.read_on()
    except TimeoutError:
        return None
    return time.monotonic()


async def _settled(scene: Scene) -> None:
    """Until every client has its answers and nothing waits, or that takes too long: the books will say so."""
    _, late = await asyncio.wait(scene.asking, timeout=_CLIENTS_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*scene.asking, return_exceptions=bool(late))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while any((await _left(scene.system.stores)).values()):  # noqa: ASYNC110  PostgreSQL does not call us
                await asyncio.sleep(1.0)
    scene.system.tail.read_on()


async def _left(stores: Stores) -> dict[str, int]:
    """What waits, by its queue; jobs that are due already."""
    async with connected(stores.database_url) as connection:
        found = {name: int(await connection.fetchval(statement)) for name, statement in _LEFT.items()}
    async with Redis.from_url(stores.redis_url) as redis:
        found["jobs"] = int(await redis.zcount("arq:queue", "-inf", time.time() * 1_000))
    return found


async def _skill(scene: Scene, slug: str) -> Json:
    found: Json = (await Client(scene.system.http, None, scene.chance).ask(clients.SKILL, slug=slug))["skill"]
    return found


def _counts(shown: Json) -> tuple[int, int]:
    return shown["mandatoryRequirementCount"], shown["optionalRequirementCount"]


def _as_shown(shown: Json) -> Skill:
    rows: list[tuple[Any, Any]] = [
        (step["level"]["slug"], row) for step in shown["levels"] for row in step["requirements"]
    ]
    descriptions = {(row["role"]["slug"], level): row["description"] for level, row in rows}
    return Skill(shown["revision"], *_counts(shown), descriptions)


def folder_in_memory() -> "tempfile.TemporaryDirectory[str]":
    """A folder for the run, in memory where there is any: what is written through is not what is measured."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="faults-", dir=memory if memory.is_dir() else None)
