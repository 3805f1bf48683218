"""Telling every API process which skills look different now, as part of the transaction that changed them.

PostgreSQL delivers a NOTIFY when, and only when, its transaction commits; so whoever caches answers hears of a change
no later than anybody can read it. `service.changes` is the other end.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database import CHANGES
from service.prepared import Prepared

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


# A notification holds 8,000 bytes: a skill of very many former slugs changes everything.
_PAYLOAD_MAX = 7_000
_EVERYTHING = "*"
# Notifies of a skill with its slugs and those of the skills that it replaces, former ones included, as of this
# transaction; gives the payload.
_NOTIFY_OF_SKILL = Prepared(
    sa.text(
        """
    WITH shown AS (
      SELECT id, slug FROM skill WHERE id = :skill_id
      UNION ALL SELECT id, slug FROM skill WHERE replaced_by_id = :skill_id
    ), slugs AS (
      SELECT slug FROM shown
      UNION ALL SELECT former_slug.slug FROM former_slug JOIN shown ON shown.id = former_slug.skill_id
    ), whole AS (
      SELECT concat_ws(' ', CAST(:skill_id AS bigint), string_agg(slug, ' ')) AS payload FROM slugs
    ), fitting AS MATERIALIZED (
      SELECT CASE WHEN octet_length(payload) > :most THEN :everything ELSE payload END AS payload
      FROM whole
    )
    SELECT payload FROM fitting, pg_notify(:channel, payload)
    """
    )
)
_NOTIFY = sa.text("SELECT pg_notify(:channel, :payload)")


async def announce(session: AsyncSession, skill_ids: Collection[int] | None) -> None:
    """Announce that these skills look different, or (None) that anything may."""
    if skill_ids is None or len(skill_ids) > _ONE_BY_ONE:
        await session.execute(_NOTIFY, {"channel": CHANNEL, "payload": _EVERYTHING})
        _keep(session, Change())
        return
    for skill_id in skill_ids:
        asked = {"channel": CHANNEL, "skill_id": skill_id, "most": _PAYLOAD_MAX, "everything": _EVERYTHING}
        _keep(session, from_payload(await _NOTIFY_OF_SKILL.value(session, **asked)))


async def announce_person(session: AsyncSession, person_id: int) -> None:
    """Announce that somebody's sessions, tokens, role or standing changed: open streams of theirs look again."""
    await session.execute(_NOTIFY, {"channel": PEOPLE_CHANNEL, "payload": str(person_id)})


def from_payload(payload: str) -> Change:
    """The change that a notification tells of."""
    if payload == _EVERYTHING:
        return Change()
    skill_id, *slugs = payload.split(" ")
    return Change(int(skill_id), tuple(slugs))


def _keep(session: AsyncSession, change: Change) -> None:
    """For this process, which need not wait for the notification."""
    session.info.setdefault(CHANGES, []).append(change)
