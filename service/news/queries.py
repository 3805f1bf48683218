"""Reading the news in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event, Publication
from service.catalogue.models import Domain, Group, Requirement, Role, Skill
from service.catalogue.queries import find_skill_id
from service.database import Select
from service.errors import NotFound
from service.news.sources import NEWS
from service.proposals.models import Proposal
from service.proposals.sources import PUBLIC_PROPOSALS


@dataclass(frozen=True)
class Topic:
    """What somebody wishes to hear of: one skill, proposal, domain or role by its id, or (all None) everything.

    The news of a role are those of the skills that it asks for; they can be read, and not followed.
    """

    skill_id: int | None = None
    proposal_id: int | None = None
    domain_id: int | None = None
    role_id: int | None = None


EVERYTHING = Topic()


@dataclass(frozen=True)
class Story:
    """A row of the news, with all topics that it belongs to."""

    row: Any
    topics: frozenset[Topic]


class NoSuchTopic(NotFound):
    """Nobody can hear of what is not there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.", path=(what,))


async def get_topic(
    session: AsyncSession,
    *,
    skill: str | None = None,
    proposal: int | None = None,
    domain: str | None = None,
    role: str | None = None,
) -> Topic:
    """The topic of a skill, a domain and a role by their slugs and a proposal by its number, where they are given.

    Raises:
        NoSuchTopic: one of them is of nothing.
    """
    skill_id = None if skill is None else await find_skill_id(session, skill)
    if skill is not None and skill_id is None:
        raise NoSuchTopic("skill")
    if proposal is not None and await session.get(Proposal, proposal) is None:
        raise NoSuchTopic("proposal")
    return Topic(
        skill_id,
        proposal,
        domain_id=None if domain is None else await _id_of(session, Domain, domain),
        role_id=None if role is None else await _id_of(session, Role, role),
    )


async def newest_position(session: AsyncSession) -> int:
    """The position of what was published last; 0 before anything was."""
    found = (await session.execute(sa.select(sa.func.max(Publication.position)))).scalar_one()
    return found or 0


async def news_between(
    session: AsyncSession, after: int, up_to: int, topic: Topic = EVERYTHING, *, limit: int
) -> list[Any]:
    """The topic's news behind one position and no further than the other, in their order."""
    statement = _after(NEWS.rows, after).where(col(Publication.position) <= up_to, *on_topic(topic))
    return list((await session.execute(statement.limit(limit))).all())


async def stories_after(session: AsyncSession, after: int, *, limit: int) -> list[Story]:
    """All news behind the position, in their order, each with its topics."""
    domains = (
        sa.select(col(Group.domain_id))
        .distinct()
        .join(Skill, col(Skill.group_id) == col(Group.id))
        .where(col(Skill.id) == sa.any_(col(Publication.skill_ids)))
        .correlate(Publication)
    )
    rows = NEWS.rows.add_columns(
        col(Publication.skill_ids), sa.func.array(domains.scalar_subquery()).label("domain_ids")
    )
    return [
        Story(row, frozenset(_topics(row)))
        for row in (await session.execute(_after(rows, after).limit(limit))).all()
    ]


def _after(rows: Select, position: int) -> Select:
    return rows.where(col(Publication.position) > position, is_public()).order_by(col(Publication.position))


def is_public() -> sa.ColumnElement[bool]:
    """A condition on a SELECT over events: that everybody may see the proposal, where the event has one."""
    seen = sa.select(sa.literal(1)).where(PUBLIC_PROPOSALS.c.id == col(Event.proposal_id)).correlate(Event)
    return sa.or_(col(Event.proposal_id).is_(None), seen.exists())


async def _id_of(session: AsyncSession, kind: type[Domain] | type[Role], slug: str) -> int:
    found = (
        await session.execute(sa.select(col(kind.id)).where(col(kind.slug) == slug))
    ).scalar_one_or_none()
    if found is None:
        raise NoSuchTopic(kind.__name__.lower())
    return int(found)


def on_topic(topic: Topic) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions on a SELECT over events and their publications."""
    if topic.skill_id is not None:
        yield col(Publication.skill_ids).contains([topic.skill_id])
    if topic.proposal_id is not None:
        yield col(Event.proposal_id) == topic.proposal_id
    if topic.domain_id is not None:
        skills = (
            sa.select(col(Skill.id))
            .join(Group, col(Group.id) == col(Skill.group_id))
            .where(col(Group.domain_id) == topic.domain_id)
        )
        yield col(Publication.skill_ids).op("&&")(sa.func.array(skills.scalar_subquery()))
    if topic.role_id is not None:
        asked = sa.select(col(Requirement.skill_id)).where(col(Requirement.role_id) == topic.role_id)
        yield col(Publication.skill_ids).op("&&")(sa.func.array(asked.scalar_subquery()))


def _topics(row: Any) -> Iterator[Topic]:
    yield EVERYTHING
    if row.proposal_id is not None:
        yield Topic(proposal_id=row.proposal_id)
    for skill_id in row.skill_ids:
        yield Topic(skill_id=skill_id)
    for domain_id in row.domain_ids:
        yield Topic(domain_id=domain_id)
