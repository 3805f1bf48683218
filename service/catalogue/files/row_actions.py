"""Writes a framework's own row, its levels, roles, domains and groups."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.files.entries import Kind
from service.catalogue.files.planning.plan import Blueprint, Ids, RowPlan
from service.catalogue.files.queries import among
from service.catalogue.models import Domain, Framework, Group, Level, Role

# In the order in which they may be written: a group needs its domain.
_MODELS: Mapping[Kind, Any] = {Kind.LEVELS: Level, Kind.ROLES: Role, Kind.DOMAINS: Domain, Kind.GROUPS: Group}


async def write_framework(session: AsyncSession, blueprint: Blueprint) -> int:
    """Add or change the framework's row; returns its id. The first of an instance becomes the default."""
    for row in blueprint.framework.changed:
        await session.execute(sa.update(Framework).where(col(Framework.id) == row.id).values(**row.fields))
    for row in blueprint.framework.added:
        is_first = ~sa.select(sa.literal(1)).select_from(Framework).exists()
        statement: Any = sa.insert(Framework).values(slug=row.slug, is_default=is_first, **row.fields)
        return int((await session.execute(statement.returning(col(Framework.id)))).scalar_one())
    assert blueprint.framework_id is not None
    return blueprint.framework_id


async def write_rows(
    session: AsyncSession, framework_id: int, blueprint: Blueprint
) -> dict[Kind, dict[str, int]]:
    """Add, change and move what the blueprint says; returns the planned ids with those of the new rows in place."""
    ids = {kind: dict(known) for kind, known in blueprint.ids.items()}
    for kind, model in _MODELS.items():
        section = blueprint.rows[kind]
        if section.added:
            rows = [{"framework_id": framework_id, **_columns(kind, row, ids)} for row in section.added]
            added = await session.execute(sa.insert(model).returning(model.slug, model.id), rows)
            ids[kind] |= {row.slug: row.id for row in added}
        moved: Sequence[RowPlan] = (*section.changed, *section.shifted)
        if moved:
            # One UPDATE by primary key for each.
            await session.execute(
                sa.update(model), [{"id": row.id, **_columns(kind, row, ids)} for row in moved]
            )
    return ids


async def remove_rows(session: AsyncSession, blueprint: Blueprint) -> None:
    """Take away what is pruned, in the opposite order."""
    for kind, model in reversed(list(_MODELS.items())):
        if removed := [row.id for row in blueprint.rows[kind].removed]:
            await session.execute(sa.delete(model).where(among(model.id, removed)))


def _columns(kind: Kind, row: RowPlan, ids: Ids) -> dict[str, Any]:
    columns: dict[str, Any] = {"slug": row.slug, **row.fields}
    if kind is not Kind.LEVELS:
        columns["position"] = row.position
    if kind is Kind.GROUPS:
        columns["domain_id"] = ids[Kind.DOMAINS][str(columns.pop("domain"))]
    return columns
