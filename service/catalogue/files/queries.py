"""Reads a framework's state for an import or an export."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.content import REQUIREMENT_FIELDS, SKILL_FIELDS, Content, Fields, Place
from service.catalogue.files.entries import CatalogueFile, Kind
from service.catalogue.files.stored import Bearer, ProposalPlace, Replacer, Stored, StoredRow, StoredSkill
from service.catalogue.models import (
    Domain,
    FormerSlug,
    Framework,
    Group,
    Level,
    Requirement,
    Role,
    Skill,
)
from service.catalogue.sources import ROLE_ORDER

# Proposals stand above the catalogue, so their tables are named here by what is read of them; pruning must not take
# away what they speak of.
_proposal = sa.table("proposal", sa.column("id"), sa.column("version"), sa.column("state", sa.Text))
_proposal_skill = sa.table(
    "proposal_skill", sa.column("proposal_id"), sa.column("version"), sa.column("skill_id", sa.BigInteger)
)
_proposal_change = sa.table(
    "proposal_change",
    sa.column("proposal_id"),
    sa.column("skill_id", sa.BigInteger),
    sa.column("role_id"),
    sa.column("level_id"),
)


async def framework_slugs(session: AsyncSession) -> list[str]:
    """The slugs of all frameworks, the default one first."""
    order = (col(Framework.is_default).desc(), col(Framework.slug))
    return list((await session.execute(sa.select(col(Framework.slug)).order_by(*order))).scalars())


async def find_framework(session: AsyncSession, slug: str | None) -> StoredRow | None:
    """The framework of the slug, or the default one."""
    chosen = col(Framework.is_default) if slug is None else col(Framework.slug) == slug
    row = (await session.execute(sa.select(*_FRAMEWORK_COLUMNS).where(chosen))).mappings().first()
    return None if row is None else _stored_row(row)


async def load_for_import(
    session: AsyncSession, catalogue: CatalogueFile, *, prune: bool, lock: bool
) -> Stored:
    """What the files speak of; with `prune` all of the framework. `lock` holds the skills' rows until the end."""
    framework = await find_framework(session, catalogue.framework.slug if catalogue.framework else None)
    entries = catalogue.skills or ()
    slugs = {slug for entry in entries for slug in (entry.slug, *entry.former_slugs)}
    # Locked before anything of them is read: what another writer has just committed is then seen as a whole.
    skill_ids = await _skill_ids(session, framework, None if prune else slugs, lock=lock)
    skills = await _skills(session, skill_ids)
    replacements = {str(entry.fields["replaced_by"]) for entry in entries if entry.fields.get("replaced_by")}
    return Stored(
        framework=framework,
        is_first_framework=not await framework_slugs(session),
        rows=await _rows(session, framework),
        skills={skill.slug: skill for skill in skills},
        bearers={
            Kind.ROLES: await _bearers(session, Role, [entry.slug for entry in catalogue.roles or ()]),
            Kind.DOMAINS: await _bearers(session, Domain, [entry.slug for entry in catalogue.domains or ()]),
            Kind.GROUPS: await _bearers(session, Group, [entry.slug for entry in catalogue.groups]),
            Kind.SKILLS: await _skill_bearers(session, slugs | replacements),
        },
        open_proposals=await _open_proposals(session, skill_ids) if prune else {},
        proposal_places=await _proposal_places(session, skill_ids) if prune else (),
        replacers=await _replacers(session, skill_ids) if prune else (),
    )


async def load_for_export(session: AsyncSession, framework: StoredRow) -> Stored:
    """All of a framework."""
    skill_ids = await _skill_ids(session, framework, None, lock=False)
    skills = await _skills(session, skill_ids)
    return Stored(
        framework=framework,
        is_first_framework=False,
        rows=await _rows(session, framework),
        skills={skill.slug: skill for skill in skills},
        bearers={},
    )


async def slugs_of_skills(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Slugs by id, of any framework."""
    statement: Any = sa.select(col(Skill.id), col(Skill.slug)).where(among(col(Skill.id), ids))
    return {row.id: row.slug for row in await session.execute(statement)}


async def _skill_ids(
    session: AsyncSession, framework: StoredRow | None, slugs: Iterable[str] | None, *, lock: bool
) -> list[int]:
    """The framework's skills that bear one of the slugs, or all, in the order of their ids."""
    if framework is None:
        return []
    statement: Any = sa.select(col(Skill.id)).where(col(Skill.framework_id) == framework.id)
    if slugs is not None:
        statement = statement.where(among(col(Skill.slug), slugs))
    statement = statement.order_by(col(Skill.id))
    return list((await session.execute(statement.with_for_update() if lock else statement)).scalars())


async def _skills(session: AsyncSession, ids: Sequence[int]) -> list[StoredSkill]:
    requirements = await _requirements(session, ids)
    former_slugs: dict[int, set[str]] = {}
    former = sa.select(col(FormerSlug.skill_id), col(FormerSlug.slug)).where(
        among(col(FormerSlug.skill_id), ids)
    )
    for skill_id, slug in await session.execute(former):
        former_slugs.setdefault(skill_id, set()).add(slug)
    columns = [getattr(Skill, name) for name in ("id", "revision", "last_updated_at", *SKILL_FIELDS)]
    statement = sa.select(*columns).where(among(col(Skill.id), ids)).order_by(col(Skill.id))
    return [
        StoredSkill(
            id=row["id"],
            revision=row["revision"],
            last_updated_on=row["last_updated_at"].astimezone(UTC).date(),
            content=Content({name: row[name] for name in SKILL_FIELDS}, requirements.get(row["id"], {})),
            former_slugs=frozenset(former_slugs.get(row["id"], ())),
        )
        for row in (await session.execute(statement)).mappings()
    ]


async def _requirements(session: AsyncSession, skill_ids: Sequence[int]) -> dict[int, dict[Place, Fields]]:
    columns = [
        getattr(Requirement, name) for name in ("skill_id", "level_id", "role_id", *REQUIREMENT_FIELDS)
    ]
    found: dict[int, dict[Place, Fields]] = {}
    for row in await session.execute(sa.select(*columns).where(among(col(Requirement.skill_id), skill_ids))):
        skill_id, level_id, role_id, *values = row
        fields = dict(zip(REQUIREMENT_FIELDS, values, strict=True))
        found.setdefault(skill_id, {})[Place(level_id, role_id)] = fields
    return found


async def _rows(session: AsyncSession, framework: StoredRow | None) -> dict[Kind, dict[str, StoredRow]]:
    if framework is None:
        return {kind: {} for kind in (Kind.LEVELS, Kind.ROLES, Kind.DOMAINS, Kind.GROUPS)}
    statements = {
        Kind.LEVELS: sa.select(col(Level.id), col(Level.slug), col(Level.name), col(Level.rank))
        .where(col(Level.framework_id) == framework.id)
        .order_by(col(Level.rank)),
        Kind.ROLES: sa.select(
            col(Role.id), col(Role.slug), col(Role.name), col(Role.family), col(Role.position)
        )
        .where(col(Role.framework_id) == framework.id)
        .order_by(*ROLE_ORDER),
        Kind.DOMAINS: sa.select(col(Domain.id), col(Domain.slug), col(Domain.name), col(Domain.position))
        .where(col(Domain.framework_id) == framework.id)
        .order_by(col(Domain.position), col(Domain.name), col(Domain.id)),
        Kind.GROUPS: sa.select(
            col(Group.id),
            col(Group.slug),
            col(Group.name),
            col(Domain.slug).label("domain"),
            col(Group.position),
        )
        .join(Domain, col(Domain.id) == col(Group.domain_id))
        .where(col(Group.framework_id) == framework.id)
        .order_by(col(Group.position), col(Group.name), col(Group.id)),
    }
    found = {}
    for kind, statement in statements.items():
        rows = (_stored_row(row) for row in (await session.execute(statement)).mappings())
        found[kind] = {row.slug: row for row in rows}
    return found


def _stored_row(row: RowMapping) -> StoredRow:
    fields = {str(name): value for name, value in row.items()}
    return StoredRow(fields.pop("id"), fields.pop("slug"), position=fields.pop("position", 0), fields=fields)


async def _bearers(session: AsyncSession, model: Any, slugs: Collection[str]) -> dict[str, Bearer]:
    statement = (
        sa.select(model.id, model.slug, col(Framework.slug))
        .join(Framework, col(Framework.id) == model.framework_id)
        .where(among(model.slug, slugs))
    )
    return {
        slug: Bearer(row_id, slug, framework) for row_id, slug, framework in await session.execute(statement)
    }


async def _skill_bearers(session: AsyncSession, slugs: Collection[str]) -> dict[str, Bearer]:
    """Present slugs, and former ones that lead to a skill with another."""
    found = await _bearers(session, Skill, slugs)
    statement: Any = (
        sa.select(col(FormerSlug.slug), col(Skill.id), col(Skill.slug), col(Framework.slug))
        .join(Skill, col(Skill.id) == col(FormerSlug.skill_id))
        .join(Framework, col(Framework.id) == col(Skill.framework_id))
        .where(among(col(FormerSlug.slug), slugs))
    )
    former = {
        slug: Bearer(skill_id, present, framework)
        for slug, skill_id, present, framework in await session.execute(statement)
    }
    return former | found


async def _open_proposals(session: AsyncSession, skill_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    touched = _proposal_skill.c
    as_it_stands = sa.and_(_proposal.c.id == touched.proposal_id, _proposal.c.version == touched.version)
    statement = (
        sa.select(touched.skill_id, _proposal.c.id)
        .join(_proposal, as_it_stands)
        .where(among(touched.skill_id, skill_ids), _proposal.c.state == "OPEN")
        .order_by(_proposal.c.id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for skill_id, number in await session.execute(statement):
        found[skill_id] = (*found.get(skill_id, ()), number)
    return found


async def _proposal_places(session: AsyncSession, skill_ids: Sequence[int]) -> tuple[ProposalPlace, ...]:
    change = _proposal_change.c
    statement = sa.select(change.proposal_id, change.skill_id, change.role_id, change.level_id).where(
        among(change.skill_id, skill_ids), change.role_id.is_not(None)
    )
    return tuple(ProposalPlace(*row) for row in await session.execute(statement))


async def _replacers(session: AsyncSession, skill_ids: Sequence[int]) -> tuple[Replacer, ...]:
    columns = (col(Skill.id), col(Skill.slug), col(Skill.replaced_by_id))
    statement = (
        sa.select(*columns).where(among(col(Skill.replaced_by_id), skill_ids)).order_by(col(Skill.slug))
    )
    rows = (await session.execute(statement)).mappings()
    return tuple(Replacer(row["id"], row["slug"], row["replaced_by_id"]) for row in rows)


def among(column: Any, values: Iterable[str] | Iterable[int]) -> sa.ColumnElement[bool]:
    """One array instead of a parameter for each value: PostgreSQL takes at most 32,767 of these."""
    found: sa.ColumnElement[bool] = column == sa.any_(sa.literal(list(values), ARRAY(column.type)))
    return found


_FRAMEWORK_COLUMNS = (
    col(Framework.id),
    col(Framework.slug),
    col(Framework.name),
    col(Framework.version),
    col(Framework.licence),
    col(Framework.attribution),
    col(Framework.source),
)
