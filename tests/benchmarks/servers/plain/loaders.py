"""A DataLoader for each relation, each answering with SQLModel objects."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlmodel import col, select
from strawberry.dataloader import DataLoader

from service.catalogue.models import (
    Domain,
    Group,
    Level,
    Requirement,
    Role,
    Skill,
    SkillCounters,
    SkillStatus,
)
from service.people.models import Person
from service.proposals.models import Proposal, ProposalSkill
from service.watches.models import Watch

LISTED = col(Skill.status).in_([SkillStatus.PUBLISHED, SkillStatus.DEPRECATED])


class Loaders:
    """The loaders of one request."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self.domain = self._by_id(Domain)
        self.group = self._by_id(Group)
        self.level = self._by_id(Level)
        self.role = self._by_id(Role)
        self.skill = self._by_id(Skill)
        self.person = self._by_id(Person)
        self.counters: DataLoader[int, SkillCounters] = self._by_id(SkillCounters, "skill_id")
        self.groups_of_domain = DataLoader(self._groups_of_domain)
        self.skills_of_group = DataLoader(self._skills_of_group)
        self.requirements_of_skill = DataLoader(self._requirements_of_skill)
        self.requirements_of_role = DataLoader(self._requirements_of_role)
        self.proposal_count = DataLoader(self._proposal_count)
        self.watcher_count = DataLoader(self._watcher_count)

    async def all(self, statement: Any) -> list[Any]:
        """The objects that a statement selects."""
        async with self._sessions() as session:
            return list((await session.execute(statement)).scalars())

    async def number(self, statement: Any) -> int:
        """The number that a statement selects."""
        async with self._sessions() as session:
            return int((await session.execute(statement)).scalar_one())

    def _by_id(self, model: Any, key: str = "id") -> DataLoader[int, Any]:
        async def load(ids: list[int]) -> list[Any]:
            rows = await self.all(select(model).where(getattr(model, key).in_(ids)))
            found = {getattr(row, key): row for row in rows}
            return [found[one] for one in ids]

        return DataLoader(load)

    async def _groups_of_domain(self, ids: list[int]) -> list[list[Group]]:
        statement = select(Group).order_by(col(Group.position), col(Group.name))
        return await self._children(statement, Group.domain_id, ids)

    async def _skills_of_group(self, ids: list[int]) -> list[list[Skill]]:
        statement = select(Skill).where(LISTED).order_by(col(Skill.name), col(Skill.id))
        return await self._children(statement, Skill.group_id, ids)

    async def _requirements_of_skill(self, ids: list[int]) -> list[list[Requirement]]:
        return await self._children(_requirements(), Requirement.skill_id, ids)

    async def _requirements_of_role(self, ids: list[int]) -> list[list[Requirement]]:
        asked = _requirements().join(Skill, col(Skill.id) == col(Requirement.skill_id)).where(LISTED)
        return await self._children(asked, Requirement.role_id, ids)

    async def _children(self, statement: Any, parent: Any, ids: list[int]) -> list[list[Any]]:
        found: dict[int, list[Any]] = {one: [] for one in ids}
        for row in await self.all(statement.where(parent.in_(ids))):
            found[getattr(row, parent.key)].append(row)
        return [found[one] for one in ids]

    async def _proposal_count(self, ids: list[int]) -> list[int]:
        of_proposal = col(Proposal.id) == col(ProposalSkill.proposal_id)
        as_it_stands = col(Proposal.version) == col(ProposalSkill.version)
        return await self._count(col(ProposalSkill.skill_id), ids, of_proposal, as_it_stands)

    async def _watcher_count(self, ids: list[int]) -> list[int]:
        return await self._count(col(Watch.skill_id), ids, col(Watch.ended_at).is_(None))

    async def _count(self, key: Any, ids: list[int], *conditions: Any) -> list[int]:
        statement = sa.select(key, sa.func.count()).where(key.in_(ids), *conditions).group_by(key)
        async with self._sessions() as session:
            found: dict[int, int] = dict((await session.execute(statement)).all())
        return [found.get(one, 0) for one in ids]


def _requirements() -> Any:
    return (
        select(Requirement)
        .join(Level, col(Level.id) == col(Requirement.level_id))
        .join(Role, col(Role.id) == col(Requirement.role_id))
        .order_by(col(Level.rank), col(Role.position), col(Role.name), col(Role.id))
    )
