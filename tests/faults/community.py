"""The catalogue of a run and its people, written straight into the tables before anything fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from service import migration
from service.credentials.actions import issue_token
from service.database import AsyncSession, Database
from service.jobs import RecordingQueue
from service.people.actions import join
from service.people.models import Person, PersonRole
from service.watches.actions import Subject, watch
from service.watches.models import Watch
from tests.factories import make_frame, make_skill
from tests.faults.plan import SKILLS, skill_slug

WATCHERS = 8
REFUSED = "refused@faults.test"
MUTED = "muted@faults.test"
_REVIEWERS = 4


@dataclass(frozen=True)
class Community:
    """Tokens of each skill's two authors, and of reviewers; who watches each skill, and who else may hear of it."""

    authors: dict[str, tuple[str, str]]
    reviewers: list[str]
    watchers: dict[str, Sequence[str]]
    also: dict[str, Sequence[str]]


async def make_community(url: str) -> Community:
    """Migrate, and write all that is there before the first wish.

    Every skill has eight watchers, one whose address no mail server takes, and one who has muted it.
    """
    await migration.migrate(url)
    database = Database(url, queue=RecordingQueue())
    try:
        async with database.transaction() as session:
            return await _written(session)
    finally:
        await database.close()


async def _written(session: AsyncSession) -> Community:
    at = datetime.now(UTC) - timedelta(days=60)
    frame = await make_frame(session)
    made = Community({}, [], {}, {})
    made.reviewers.extend(
        [
            await issue_token(session, f"reviewer-{n}@faults.test", at=at, role=PersonRole.REVIEWER)
            for n in range(_REVIEWERS)
        ]
    )
    for number in range(SKILLS):
        slug = skill_slug(number)
        skill = await make_skill(session, frame, slug.replace("-", " ").title(), at=at)
        names = [f"{role}-{number:02}@faults.test" for role in ("author", "rival")]
        tokens = [await issue_token(session, name, at=at, role=PersonRole.CONTRIBUTOR) for name in names]
        made.authors[slug] = (tokens[0], tokens[1])
        made.also[slug] = names
        made.watchers[slug] = [f"watcher-{number:02}-{n}@faults.test" for n in range(WATCHERS)]
        for address in (*made.watchers[slug], REFUSED, MUTED):
            person = await join(session, address, at=at)
            await watch(session, Subject("skill_id", skill.id), by=person.id, at=at)
    muted = sa.select(col(Person.id)).where(col(Person.email) == MUTED).scalar_subquery()
    await session.execute(sa.update(Watch).where(col(Watch.person_id) == muted).values(is_muted=True))
    return made
