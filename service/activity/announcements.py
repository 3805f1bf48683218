"""Telling every API process which skills look different now, as part of the transaction that changed them.

PostgreSQL delivers a NOTIFY when, and only when, its transaction commits; so whoever caches answers hears of a change
no later than anybody can read it. `service.changes` is the other end.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database import CHANGES

CHANNEL = "skillprofile_changes"
PEOPLE_CHANNEL = "skillprofile_people"
# Announced one by one up to this many; above it everything counts as changed.
_ONE_BY_ONE = 50


@dataclass(frozen=True)
class Change:
    """What looks different: a skill, by its id and every slug that leads to it, or (`skill_id` None) anything.

    Skills that it takes the place of show its name: their slugs are among them.
    """

    skill_id: int | None = None
    slugs: tuple[str, ...] = ()


# Slugs of the skill and of those that it replaces, former ones included, as of this transaction.
_SLUGS = sa.text(
    """
    WITH shown AS (
      SELECT id, slug FROM skill WHERE id = :skill_id
      UNION ALL SELECT id, slug FROM skill WHERE replaced_by_id = :skill_id
    )
    SELECT slug FROM shown
    UNION ALL SELECT former_slug.slug FROM former_slug JOIN shown ON shown.id = former_slug.skill_id
    """
)
_NOTIFY = sa.text("SELECT pg_notify(:channel, :payload)")


async def announce(session: AsyncSession, skill_ids: Collection[int] | None) -> None:
    """Announce that these skills look different, or (None) that anything may."""
    if skill_ids is None or len(skill_ids) > _ONE_BY_ONE:
        await _announce(session, Change())
        return
    await session.flush()
    for skill_id in skill_ids:
        slugs = (await session.execute(_SLUGS, {"skill_id": skill_id})).scalars()
        await _announce(session, Change(skill_id, tuple(slugs)))


async def announce_person(session: AsyncSession, person_id: int) -> None:
    """Announce that somebody's sessions, tokens, role or standing changed: open streams of theirs look again."""
    await session.execute(_NOTIFY, {"channel": PEOPLE_CHANNEL, "payload": str(person_id)})


def to_payload(change: Change) -> str:
    """The text of the notification."""
    return "*" if change.skill_id is None else " ".join([str(change.skill_id), *change.slugs])


def from_payload(payload: str) -> Change:
    """The change that `to_payload` wrote."""
    if payload == "*":
        return Change()
    skill_id, *slugs = payload.split(" ")
    return Change(int(skill_id), tuple(slugs))


async def _announce(session: AsyncSession, change: Change) -> None:
    payload = to_payload(change)
    # A notification holds 8,000 bytes: a skill of very many former slugs changes everything.
    if len(payload) > 7_000:
        change, payload = Change(), to_payload(Change())
    await session.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})
    session.info.setdefault(CHANGES, []).append(change)
