"""What people have done for the catalogue, as everybody may know it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.models import Group, Skill
from service.database import Select
from service.people.trust import Gate
from service.proposals.models import Proposal, ProposalReview, ProposalSkill, ProposalState
from service.proposals.standing import touches

_DECIDED = (ProposalState.ACCEPTED, ProposalState.DECLINED)


async def accepted_by_author(session: AsyncSession, authors: Collection[int]) -> dict[int, int]:
    """How many proposals of each person were accepted."""
    statement = (
        sa.select(col(Proposal.author_id), sa.func.count())
        .where(col(Proposal.author_id).in_(authors), col(Proposal.state) == ProposalState.ACCEPTED)
        .group_by(col(Proposal.author_id))
    )
    counted = dict((await session.execute(statement)).all())
    return {author: counted.get(author, 0) for author in authors}


async def domains_by_judge(session: AsyncSession, people: Collection[int]) -> dict[int, list[int]]:
    """The domains in which each person has reviewed or decided a proposal that everybody may see, by their ids."""
    reviewed: Select = sa.select(
        col(ProposalReview.person_id).label("person_id"), col(ProposalReview.proposal_id).label("proposal_id")
    ).where(col(ProposalReview.person_id).in_(people))
    decided = sa.select(col(Proposal.decided_by_id), col(Proposal.id)).where(
        col(Proposal.decided_by_id).in_(people), col(Proposal.state).in_(_DECIDED)
    )
    judged = sa.union(reviewed, decided).subquery()
    statement = (
        sa.select(judged.c.person_id, col(Group.domain_id))
        .join(Proposal, col(Proposal.id) == judged.c.proposal_id)
        .join(ProposalSkill, touches(ProposalSkill))
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .join(Group, col(Group.id) == col(Skill.group_id))
        .where(col(Proposal.gate) == Gate.OPEN)
        .distinct()
        .order_by(judged.c.person_id, col(Group.domain_id))
    )
    found: dict[int, list[int]] = {key: [] for key in people}
    for person_id, domain_id in (await session.execute(statement)).all():
        found[person_id].append(domain_id)
    return found
