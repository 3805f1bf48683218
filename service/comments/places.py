"""What a comment is about, and where it therefore goes."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.models import Requirement
from service.catalogue.queries import get_skill
from service.comments import queries, rules
from service.comments.queries import Place
from service.people.models import Person
from service.proposals.queries import get_proposal
from service.proposals.rules import ensure_sees


@dataclass(frozen=True)
class OfSkill:
    """The skill itself is spoken about."""

    skill_id: int


@dataclass(frozen=True)
class OfRequirement:
    """What a role asks of a skill at a level is."""

    requirement_id: int


@dataclass(frozen=True)
class OfProposal:
    """A proposal is."""

    proposal_id: int


@dataclass(frozen=True)
class OfThread:
    """A comment is answered, whatever it is about."""

    comment_id: int | None


Subject = OfSkill | OfRequirement | OfProposal | OfThread


async def place_of(session: AsyncSession, about: Subject, *, by: Person) -> Place:
    """Where the comment goes, with a lock by which the comments of one list get their ids in their order."""
    match about:
        case OfThread():
            return await _place_in_thread(session, about, by=by)
        case OfProposal():
            proposal = await get_proposal(session, about.proposal_id, lock=True)
            ensure_sees(proposal, by)
            return Place(proposal.skill_id, proposal_id=proposal.id)
        case OfRequirement():
            row = await session.get(Requirement, about.requirement_id)
            if row is None:
                raise rules.SubjectNotFound
            await get_skill(session, row.skill_id, lock=True)
            return Place(row.skill_id, role_id=row.role_id, level_id=row.level_id)
        case OfSkill():
            skill = await get_skill(session, about.skill_id, lock=True)
            return Place(skill.id)


async def _place_in_thread(session: AsyncSession, about: OfThread, *, by: Person) -> Place:
    # An answer to an answer stands in the same thread.
    first = await queries.get_first(session, about.comment_id, by=by, path="inReplyTo")
    rules.ensure_can_answer(first)
    return Place(first.skill_id, first.role_id, first.level_id, first.proposal_id, first.id)
