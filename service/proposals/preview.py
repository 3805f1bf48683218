"""What a proposal would come to, before it is made or decided. Writes and locks nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import filterfalse

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.content import Change, Numbers, Place, apply, numbers
from service.catalogue.models import Level, Requirement, Role, Skill
from service.catalogue.search import any_of, described_by
from service.people.models import Person
from service.proposals import drafting, lint, merging, queries, rules
from service.proposals.changes import SkillWish
from service.proposals.lint import Finding, Text
from service.proposals.merging import Prospect
from service.proposals.similar import Similar, similar_by_proposal, similar_to, wishes_of

# Of the texts that are looked for in other skills, and of those that are found.
_LOOKED_FOR_MAX = 20
_FOUND_MAX = 200


@dataclass(frozen=True)
class SkillPreview:
    """What would become of a skill: its page's numbers now and then, what changes, and what deserves a second look."""

    skill_id: int
    before: Numbers
    after: Numbers
    changes: tuple[Change, ...]
    is_outdated: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Preview:
    """What would become of all skills, and who else wishes for something there; the proposal, if it is one yet."""

    skills: tuple[SkillPreview, ...]
    similar: tuple[Similar, ...]
    author_id: int | None
    proposal_id: int | None = None


async def preview_wishes(session: AsyncSession, wishes: Sequence[SkillWish], *, by: int) -> Preview:
    """What a proposal of these wishes by the person would come to.

    Raises:
        NotFound, InvalidInput, Conflict, Rejected: as `actions.create_proposal`.
    """
    await _look(session)
    prospects = await drafting.draft(session, wishes, lock=False)
    if not any(prospect.changes for prospect in prospects):
        raise rules.NothingChanges
    wished = wishes_of({prospect.skill.id: prospect.part.changes for prospect in prospects})
    similar = await similar_to(session, wished)
    return Preview(await _skill_previews(session, prospects), tuple(similar), by)


async def preview_proposal(session: AsyncSession, proposal_id: int, *, by: Person) -> Preview:
    """What accepting the proposal would come to.

    Raises:
        ProposalNotFound: there is none that the person sees.
        ProposalAlreadyDecided: it is no longer open.
    """
    await _look(session)
    proposal = await queries.get_proposal(session, proposal_id)
    rules.ensure_sees(proposal, by)
    rules.ensure_open(proposal)
    prospects = await merging.prospects_of(session, await queries.parts_of(session, proposal), lock=False)
    similar = (await similar_by_proposal(session, [proposal_id]))[proposal_id]
    return Preview(
        await _skill_previews(session, prospects), tuple(similar), proposal.author_id, proposal_id=proposal.id
    )


async def _look(session: AsyncSession) -> None:
    """One picture for all statements, whoever writes in between; PostgreSQL sees to it that nothing is written."""
    await session.connection(
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )


async def _skill_previews(session: AsyncSession, prospects: Sequence[Prospect]) -> tuple[SkillPreview, ...]:
    return tuple([await _skill_preview(session, prospect) for prospect in prospects])


async def _skill_preview(session: AsyncSession, prospect: Prospect) -> SkillPreview:
    after = apply(prospect.current, prospect.changes)
    return SkillPreview(
        skill_id=prospect.skill.id,
        before=numbers(prospect.current),
        after=numbers(after),
        changes=prospect.changes,
        is_outdated=bool(prospect.conflicts),
        findings=tuple(await _findings(session, prospect)),
    )


async def _findings(session: AsyncSession, prospect: Prospect) -> list[Finding]:
    skill, after = prospect.skill, apply(prospect.current, prospect.changes)
    ladder = await _ladder(session, skill)
    roles = await _role_names(session, {place.role_id for place in after.requirements})
    own = {
        place: Text(
            skill.id,
            place,
            str(fields["description"]),
            (str(after.fields["name"]), roles[place.role_id], ladder[place.level_id]),
        )
        for place, fields in after.requirements.items()
    }
    described = _described(prospect.changes)
    touched = [own[place] for place in described if place in own]
    others = [text for place, text in own.items() if place not in described]
    others += await _texts_like(session, skill, list(filterfalse(lint.is_sparse, touched))[:_LOOKED_FOR_MAX])
    return [
        *lint.equal_texts(touched, others),
        *lint.sparse_texts(touched),
        *lint.level_gaps(skill.id, after.requirements, list(ladder), _roles_touched(prospect.changes)),
    ]


def _roles_touched(changes: Sequence[Change]) -> set[int]:
    return {change.place.role_id for change in changes if change.place is not None}


def _described(changes: Sequence[Change]) -> dict[Place, None]:
    """The places whose descriptions change, in their order."""
    return {
        change.place: None
        for change in changes
        if change.place is not None and any(edit.field == "description" for edit in change.fields)
    }


async def _ladder(session: AsyncSession, skill: Skill) -> dict[int, str]:
    """The names of the levels of the skill's framework in their order, by id."""
    levels = sa.select(col(Level.id), col(Level.name)).where(col(Level.framework_id) == skill.framework_id)
    return dict((await session.execute(levels.order_by(col(Level.rank)))).all())


async def _role_names(session: AsyncSession, role_ids: Collection[int]) -> dict[int, str]:
    among = sa.any_(sa.literal(sorted(role_ids), sa.ARRAY(sa.BigInteger)))
    roles = sa.select(col(Role.id), col(Role.name)).where(col(Role.id) == among)
    return dict((await session.execute(roles)).all())


async def _texts_like(session: AsyncSession, skill: Skill, texts: Sequence[Text]) -> list[Text]:
    """Texts of the framework's other skills that may say the same as one of these, names left out."""
    known = [words for text in texts if (words := lint.index_words(text))]
    phrases = [phrase for text in texts if not lint.index_words(text) and (phrase := lint.phrase(text))]
    alike = [described_by(any_of(known))] if known else []
    if phrases:
        patterns = sa.literal([f"%{phrase}%" for phrase in phrases], sa.ARRAY(sa.Text))
        alike.append(col(Requirement.description).ilike(sa.any_(patterns)))
    if not alike:
        return []
    statement = (
        sa.select(
            col(Requirement.skill_id),
            col(Requirement.level_id),
            col(Requirement.role_id),
            col(Requirement.description),
            col(Skill.name),
            col(Role.name),
            col(Level.name),
        )
        .join(Skill, col(Skill.id) == col(Requirement.skill_id))
        .join(Role, col(Role.id) == col(Requirement.role_id))
        .join(Level, col(Level.id) == col(Requirement.level_id))
        .where(
            col(Requirement.framework_id) == skill.framework_id,
            col(Requirement.skill_id) != skill.id,
            sa.or_(*alike),
        )
        .order_by(col(Requirement.id))
        .limit(_FOUND_MAX)
    )
    return [
        Text(skill_id, Place(level_id, role_id), description, tuple(names))
        for skill_id, level_id, role_id, description, *names in await session.execute(statement)
    ]
