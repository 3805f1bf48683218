"""A generated catalogue in a database of its own."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from service.credentials.actions import issue_token
from service.database import Database
from service.jobs import RecordingQueue
from service.migration import migrate
from service.people.models import PersonRole
from tests.benchmarks.connections import connected
from tests.benchmarks.failure import BenchmarkFailed

# Eight roles ask for 60 skills each, of those that are no drafts.
MIN_SKILLS = 500
# Beyond this the topics would need more words than there are.
MAX_SKILLS = 60_000
# People who do something at the same time.
AT_ONCE = 8
_CATALOGUE = Path(__file__).with_name("catalogue.sql")


@dataclass(frozen=True)
class Catalogue:
    """A filled database: its URL (for SQLAlchemy with asyncpg), what can be asked for, and who may write.

    `size` counts all skills. `skills` (without drafts), `matrix_roles` (which ask for 60 skills each) and `domains` are
    slugs, `topics` texts to search for, `authors` and `reviewers` tokens of eight people each.
    """

    url: str
    size: int
    skills: list[str]
    matrix_roles: list[str]
    domains: list[str]
    topics: list[str]
    authors: list[str]
    reviewers: list[str]


@contextmanager
def catalogue(server: str, skills: int, *, keep: str | None = None) -> Iterator[Catalogue]:
    """A new database on the server (its URL), filled with so many skills and dropped at the end.

    One that is named by `keep` stays, and is used as it is where it is there already.
    """
    name = keep or f"skillprofile_bench_{secrets.token_hex(6)}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    if asyncio.run(_create(server, name, may_exist=keep is not None)):
        try:
            asyncio.run(_fill(url, skills))
        except BaseException:
            asyncio.run(_drop(server, name))
            raise
    try:
        found = asyncio.run(_describe(url))
        if found.size != skills:
            raise BenchmarkFailed(
                f"the database {name} holds {found.size:,} skills: give --skills {found.size}"
            )
        yield found
    finally:
        if keep is None:
            asyncio.run(_drop(server, name))


async def _create(server: str, name: str, *, may_exist: bool) -> bool:
    """Create the database; False where it is there already and may be."""
    async with connected(server) as admin:
        try:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except asyncpg.DuplicateDatabaseError:
            if not may_exist:
                raise
            return False
    return True


async def _drop(server: str, name: str) -> None:
    async with connected(server) as admin:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _fill(url: str, skills: int) -> None:
    await migrate(url)
    async with connected(url) as connection:
        await connection.execute(f"SET bench.skills = {skills:d}")
        await connection.execute(_CATALOGUE.read_text(encoding="utf-8"))
        await connection.execute("VACUUM (ANALYZE)")
        # What is still to be written to disk must not be written by those who read while they are measured.
        if await connection.fetchval("SELECT pg_has_role('pg_checkpoint', 'USAGE')"):
            await connection.execute("CHECKPOINT")


async def _describe(url: str) -> Catalogue:
    async with connected(url) as connection:

        async def texts(statement: str) -> list[str]:
            return [row[0] for row in await connection.fetch(statement)]

        return Catalogue(
            url,
            size=int(await connection.fetchval("SELECT count(*) FROM skill")),
            skills=await texts("SELECT slug FROM skill WHERE status <> 'DRAFT' ORDER BY id"),
            matrix_roles=await texts("SELECT slug FROM role WHERE id <= 8 ORDER BY id"),
            domains=await texts("SELECT slug FROM domain ORDER BY id"),
            topics=await texts("SELECT DISTINCT keywords[1] FROM skill ORDER BY 1"),
            authors=await _tokens(url, "author"),
            reviewers=await _tokens(url, "reviewer"),
        )


async def _tokens(url: str, name: str) -> list[str]:
    """Of people who may review: they may write more within an hour than others."""
    emails = [f"{name}-{number}@bench.test" for number in range(1, AT_ONCE + 1)]
    database = Database(url, queue=RecordingQueue(), pool_size=1)
    try:
        async with database.transaction() as session:
            return [
                await issue_token(session, email, at=datetime.now(UTC), role=PersonRole.REVIEWER)
                for email in emails
            ]
    finally:
        await database.close()
