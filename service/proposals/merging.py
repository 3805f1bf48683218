"""What a proposal would do to the catalogue as it stands: field by field, in every skill that it touches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue import actions as catalogue
from service.catalogue import queries as catalogue_queries
from service.catalogue import rules as catalogue_rules
from service.catalogue.content import Change, Content, FieldConflict, Place, apply, conflicts, settle, touched
from service.catalogue.models import Skill
from service.errors import DomainError, InvalidInput, NotFound, Rejected, below
from service.proposals import queries
from service.proposals.changes import FieldChoice, Part
from service.proposals.models import Proposal, ProposalChange
from service.proposals.resolving import Choice, FieldSide, resolved, value_of
from service.proposals.rules import FieldHasMoved

# A field of a skill, or of the requirement in a place of it.
Touched = tuple[int, Place | None, str]


@dataclass(frozen=True)
class Prospect:
    """A part of a proposal beside its skill's present content."""

    skill: Skill
    part: Part
    current: Content

    @cached_property
    def conflicts(self) -> tuple[FieldConflict, ...]:
        """Every touched field that has moved."""
        return conflicts(self.part.changes, self.current)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What is left to do, written against the present content; empty where it says all of it already."""
        return settle(self.part.changes, self.current)


async def prospects_of(session: AsyncSession, parts: Sequence[Part], *, lock: bool = True) -> list[Prospect]:
    """Each part beside its skill, all of which are locked where asked, in the order of their ids, until the
    transaction ends."""
    skills = await catalogue_queries.skills_by_id(session, [part.skill_id for part in parts], lock=lock)
    contents = await catalogue_queries.contents_by_skill(session, skills.values())
    return [Prospect(skills[part.skill_id], part, contents[part.skill_id]) for part in parts]


async def ensure_no_conflicts(
    session: AsyncSession,
    prospects: Sequence[Prospect],
    *,
    error: type[FieldHasMoved] = FieldHasMoved,
    but: Collection[Touched] = (),
) -> None:
    """Raise what stands in the way, field by field, if anything does besides what is decided (`but`).

    Raises:
        Rejected: of `FieldHasMoved`, or of the error that is given.
    """
    errors: list[DomainError] = []
    for prospect in prospects:
        found = [
            conflict
            for conflict in prospect.conflicts
            if (prospect.skill.id, conflict.place, conflict.field) not in but
        ]
        names = await catalogue_queries.names_of_places(session, [conflict.place for conflict in found])
        errors += [error(conflict, place=names[conflict.place], skill=prospect.skill) for conflict in found]
    if errors:
        raise Rejected(errors)


async def conflicts_by_proposal(
    session: AsyncSession, ids: Collection[int]
) -> dict[int, list[tuple[ProposalChange, FieldConflict]]]:
    """The touched fields that have moved under each of the open proposals, each with its change: three statements."""
    rows = await queries.open_changes_by_proposal(session, ids)
    skill_ids = {row.skill_id for some in rows.values() for row in some}
    skills = await catalogue_queries.skills_by_id(session, skill_ids)
    contents = await catalogue_queries.contents_by_skill(session, skills.values())
    return {
        proposal_id: [
            (row, conflict)
            for row in some
            for conflict in conflicts([queries.as_change(row)], contents[row.skill_id])
        ]
        for proposal_id, some in rows.items()
    }


async def resolve(
    session: AsyncSession,
    proposal: Proposal,
    prospects: Sequence[Prospect],
    choices: Sequence[FieldChoice],
) -> list[Prospect]:
    """The proposal written against its skills as they stand, with the chosen values; skills that nothing is left of
    are left out.

    Raises:
        Rejected: of `FieldHasMoved`, for each field that has moved and that no choice is about.
        NotFound, InvalidInput: a choice about nothing, or of a value that may not be.
    """
    chosen = await _chosen(session, proposal, choices)
    await ensure_no_conflicts(session, prospects, but=chosen.keys())
    found = []
    for prospect in prospects:
        part, skill = prospect.part, prospect.skill
        base = await catalogue_queries.content_before(session, skill, prospect.current, part.base_revision)
        here = {(place, field): choice for (of, place, field), choice in chosen.items() if of == skill.id}
        changes = resolved(part.changes, base, prospect.current, here)
        if changes:
            found.append(replace(prospect, part=Part(skill.id, skill.revision, changes)))
    return found


async def _chosen(
    session: AsyncSession, proposal: Proposal, choices: Sequence[FieldChoice]
) -> dict[Touched, Choice]:
    """What was chosen for each field."""
    rows = await queries.changes_by_id(session, proposal)
    found: dict[Touched, Choice] = {}
    for choice in choices:
        with below(*choice.path):
            row = rows.get(choice.change_id or 0)
            if row is None:
                raise NotFound("The proposal has no such change at this version.", path=("change_id",))
            change = queries.as_change(row)
            key = (row.skill_id, change.place, choice.field)
            if key in found or choice.field not in {edit.field for edit in touched(change)}:
                raise InvalidInput("Name each field that the change touches once at most.", path=("field",))
            found[key] = _choice(choice)
    return found


def _choice(choice: FieldChoice) -> Choice:
    if (choice.side is FieldSide.TEXT) != (choice.text is not None):
        raise InvalidInput("A text goes with the side TEXT, and with no other.", path=("text",))
    if choice.text is None:
        return Choice(choice.side)
    try:
        return Choice(choice.side, value_of(choice.field, choice.text))
    except InvalidInput as error:
        raise InvalidInput(error.message, path=("text",)) from error


async def ensure_fits(session: AsyncSession, prospect: Prospect) -> None:
    """What must hold of the skill as a whole once the changes are applied.

    Raises:
        InvalidInput: a skill that is replaced without being deprecated.
        SlugTaken: another skill bears the slug, or bore it before.
        ReferenceGone: a role, level, group or replacing skill has been taken out of the catalogue.
    """
    await catalogue_queries.ensure_references(session, prospect.changes)
    skill, after = prospect.skill, apply(prospect.current, prospect.changes).fields
    catalogue_rules.ensure_replacement(after)
    if after["slug"] != skill.slug:
        await catalogue.ensure_slug_is_free(session, str(after["slug"]), skill_id=skill.id)
