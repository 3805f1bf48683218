"""The ways in, the index and the role's matrix."""

from itertools import groupby
from typing import Any

import strawberry
from sqlmodel import col, func, select

from service.catalogue import models
from tests.benchmarks.servers.plain.inputs import SkillFilter, SkillOrder, base64url
from tests.benchmarks.servers.plain.types import Level, Requirement, Skill, SkillName, loaders_of


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class SkillConnection:
    nodes: list[Skill]
    conditions: strawberry.Private[list[Any]]
    page_info: PageInfo | None = None

    @strawberry.field
    async def total_count(self, info: strawberry.Info) -> int:
        statement = select(func.count()).select_from(models.Skill).where(*self.conditions)
        return await loaders_of(info).number(statement)


@strawberry.type
class Group:
    key: strawberry.Private[int]
    slug: str
    name: str

    @strawberry.field
    async def skills(self, info: strawberry.Info, first: int) -> SkillConnection:
        rows = await loaders_of(info).skills_of_group.load(self.key)
        return SkillConnection(nodes=[Skill.of(row) for row in rows[:first]], conditions=[])


@strawberry.type
class Domain:
    key: strawberry.Private[int]
    slug: str
    name: str

    @strawberry.field
    async def groups(self, info: strawberry.Info) -> list[Group]:
        rows = await loaders_of(info).groups_of_domain.load(self.key)
        return [Group(key=row.id, slug=row.slug, name=row.name) for row in rows]


@strawberry.type
class Numbers:
    rows: strawberry.Private[list[models.Requirement]]

    @strawberry.field
    def skill_count(self) -> int:
        return len({row.skill_id for row in self.rows})

    @strawberry.field
    def mandatory_requirement_count(self) -> int:
        return sum(row.necessity is models.Necessity.MANDATORY for row in self.rows)

    @strawberry.field
    def optional_requirement_count(self) -> int:
        return sum(row.necessity is models.Necessity.OPTIONAL for row in self.rows)


@strawberry.type
class RoleLevel(Numbers):
    level: Level


@strawberry.type
class RoleSkill:
    skill: SkillName
    requirements: list[Requirement]


@strawberry.type
class RoleSkillConnection:
    total_count: int
    nodes: list[RoleSkill]


@strawberry.type
class Role(Numbers):
    row: strawberry.Private[models.Role]
    slug: str
    name: str
    family: str | None

    @strawberry.field
    def id(self) -> str:
        return base64url(f"1:Role:{self.row.id}")

    @strawberry.field
    async def levels(self, info: strawberry.Info) -> list[RoleLevel]:
        by_level = groupby(self.rows, lambda row: row.level_id)
        return [RoleLevel(rows=list(rows), level=await Level.load(info, key)) for key, rows in by_level]

    @strawberry.field
    async def skills(self, info: strawberry.Info, first: int) -> RoleSkillConnection:
        cells: dict[int, list[Requirement]] = {}
        for row in self.rows:
            cells.setdefault(row.skill_id, []).append(Requirement.of(row))
        skills = await loaders_of(info).skill.load_many(cells)
        skills.sort(key=lambda row: (row.name, row.id))
        nodes = [
            RoleSkill(skill=SkillName(slug=row.slug, name=row.name), requirements=cells[row.id])
            for row in skills[:first]
        ]
        return RoleSkillConnection(total_count=len(cells), nodes=nodes)


@strawberry.type
class Query:
    @strawberry.field
    async def skill(self, info: strawberry.Info, slug: str) -> Skill | None:
        rows = await loaders_of(info).all(select(models.Skill).where(models.Skill.slug == slug))
        return Skill.of(rows[0]) if rows else None

    @strawberry.field
    async def skills(
        self, info: strawberry.Info, first: int, filter: SkillFilter, order_by: SkillOrder
    ) -> SkillConnection:
        statement = select(models.Skill).where(*filter.conditions).order_by(*order_by.columns)
        rows = await loaders_of(info).all(statement.limit(first + 1))
        page = rows[:first]
        page_info = PageInfo(
            has_next_page=len(rows) > first,
            has_previous_page=False,
            start_cursor=order_by.cursor(page[0]) if page else None,
            end_cursor=order_by.cursor(page[-1]) if page else None,
        )
        nodes = [Skill.of(row) for row in page]
        return SkillConnection(nodes=nodes, conditions=filter.conditions, page_info=page_info)

    @strawberry.field
    async def domains(self, info: strawberry.Info) -> list[Domain]:
        statement = select(models.Domain).join(models.Framework)
        order = (
            col(models.Framework.is_default).desc(),
            col(models.Framework.id),
            col(models.Domain.position),
            col(models.Domain.name),
        )
        rows = await loaders_of(info).all(statement.order_by(*order))
        return [Domain(key=row.id, slug=row.slug, name=row.name) for row in rows]

    @strawberry.field
    async def role(self, info: strawberry.Info, slug: str) -> Role | None:
        rows = await loaders_of(info).all(select(models.Role).where(models.Role.slug == slug))
        if not rows:
            return None
        role = rows[0]
        asked = await loaders_of(info).requirements_of_role.load(role.id)
        return Role(row=role, rows=asked, slug=role.slug, name=role.name, family=role.family)
