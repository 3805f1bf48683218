"""What a proposal would do to the catalogue as it stands: field by field, in every skill that it touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue import actions as catalogue
from service.catalogue import queries as catalogue_queries
from service.catalogue import rules as catalogue_rules
from service.catalogue.content import Change, Content, FieldConflict, apply, conflicts, settle
from service.catalogue.models import Skill
from service.errors import DomainError, Rejected
from service.proposals.changes import Part
from service.proposals.rules import FieldHasMoved


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
    return [
        Prospect(
            skills[part.skill_id],
            part,
            await catalogue_queries.content_of(session, skills[part.skill_id]),
        )
        for part in parts
    ]


async def ensure_no_conflicts(
    session: AsyncSession, prospects: Sequence[Prospect], *, error: type[FieldHasMoved] = FieldHasMoved
) -> None:
    """Raise what stands in the way, field by field, if anything does.

    Raises:
        Rejected: of `FieldHasMoved`, or of the error that is given.
    """
    errors: list[DomainError] = []
    for prospect in prospects:
        found = prospect.conflicts
        names = await catalogue_queries.names_of_places(session, [conflict.place for conflict in found])
        errors += [error(conflict, place=names[conflict.place], skill=prospect.skill) for conflict in found]
    if errors:
        raise Rejected(errors)


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
