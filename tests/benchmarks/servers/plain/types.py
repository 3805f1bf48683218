"""A skill with all that hangs on it, each type over an SQLModel object."""

from itertools import groupby

import strawberry

from service.catalogue import models
from tests.benchmarks.servers.plain.inputs import base64url, time_text
from tests.benchmarks.servers.plain.loaders import Loaders

for kind in (models.Necessity, models.Proficiency, models.SkillStatus):
    strawberry.enum(kind)


def loaders_of(info: strawberry.Info) -> Loaders:
    found: Loaders = info.context["loaders"]
    return found


@strawberry.type
class Level:
    slug: str
    name: str
    rank: int

    @classmethod
    async def load(cls, info: strawberry.Info, key: int) -> "Level":
        row = await loaders_of(info).level.load(key)
        return cls(slug=row.slug, name=row.name, rank=row.rank)


@strawberry.type
class RoleName:
    slug: str
    name: str


@strawberry.type
class Requirement:
    row: strawberry.Private[models.Requirement]
    necessity: models.Necessity
    proficiency: models.Proficiency | None
    description: str
    revision: int

    @strawberry.field
    def id(self) -> str:
        return base64url(f"1:Requirement:{self.row.id}")

    @strawberry.field
    async def role(self, info: strawberry.Info) -> RoleName:
        row = await loaders_of(info).role.load(self.row.role_id)
        return RoleName(slug=row.slug, name=row.name)

    @strawberry.field
    async def level(self, info: strawberry.Info) -> Level:
        return await Level.load(info, self.row.level_id)

    @classmethod
    def of(cls, row: models.Requirement) -> "Requirement":
        return cls(
            row=row,
            necessity=row.necessity,
            proficiency=row.proficiency,
            description=row.description,
            revision=row.revision,
        )


@strawberry.type
class SkillLevel:
    level_id: strawberry.Private[int]
    requirements: list[Requirement]

    @strawberry.field
    async def level(self, info: strawberry.Info) -> Level:
        return await Level.load(info, self.level_id)


@strawberry.type
class SkillName:
    slug: str
    name: str


@strawberry.type
class PersonName:
    name: str


@strawberry.type
class DomainName:
    slug: str
    name: str


@strawberry.type
class GroupName:
    slug: str
    name: str
    domain_id: strawberry.Private[int]

    @strawberry.field
    async def domain(self, info: strawberry.Info) -> DomainName:
        row = await loaders_of(info).domain.load(self.domain_id)
        return DomainName(slug=row.slug, name=row.name)


@strawberry.type
class ProposalConnection:
    total_count: int


@strawberry.type
class Skill:
    row: strawberry.Private[models.Skill]
    slug: str
    name: str
    summary: str
    keywords: list[str]
    status: models.SkillStatus
    revision: int

    @strawberry.field
    def id(self) -> str:
        return base64url(f"1:Skill:{self.row.id}")

    @strawberry.field
    def last_updated_at(self) -> str:
        return time_text(self.row.last_updated_at)

    @strawberry.field
    async def role_count(self, info: strawberry.Info) -> int:
        return (await loaders_of(info).counters.load(self.row.id)).role_count

    @strawberry.field
    async def level_count(self, info: strawberry.Info) -> int:
        return (await loaders_of(info).counters.load(self.row.id)).level_count

    @strawberry.field
    async def mandatory_requirement_count(self, info: strawberry.Info) -> int:
        return (await loaders_of(info).counters.load(self.row.id)).mandatory_requirement_count

    @strawberry.field
    async def optional_requirement_count(self, info: strawberry.Info) -> int:
        return (await loaders_of(info).counters.load(self.row.id)).optional_requirement_count

    @strawberry.field
    async def watcher_count(self, info: strawberry.Info) -> int:
        return await loaders_of(info).watcher_count.load(self.row.id)

    @strawberry.field
    async def proposals(self, info: strawberry.Info) -> ProposalConnection:
        return ProposalConnection(total_count=await loaders_of(info).proposal_count.load(self.row.id))

    @strawberry.field
    async def last_updated_by(self, info: strawberry.Info) -> PersonName | None:
        if self.row.last_updated_by_id is None:
            return None
        return PersonName(name=(await loaders_of(info).person.load(self.row.last_updated_by_id)).name)

    @strawberry.field
    async def replaced_by(self, info: strawberry.Info) -> SkillName | None:
        if self.row.replaced_by_id is None:
            return None
        row = await loaders_of(info).skill.load(self.row.replaced_by_id)
        return SkillName(slug=row.slug, name=row.name)

    @strawberry.field
    async def group(self, info: strawberry.Info) -> GroupName:
        row = await loaders_of(info).group.load(self.row.group_id)
        return GroupName(slug=row.slug, name=row.name, domain_id=row.domain_id)

    @strawberry.field
    async def levels(self, info: strawberry.Info) -> list[SkillLevel]:
        rows = await loaders_of(info).requirements_of_skill.load(self.row.id)
        return [
            SkillLevel(level_id=key, requirements=[Requirement.of(row) for row in asked])
            for key, asked in groupby(rows, lambda row: row.level_id)
        ]

    @classmethod
    def of(cls, row: models.Skill) -> "Skill":
        return cls(
            row=row,
            slug=row.slug,
            name=row.name,
            summary=row.summary,
            keywords=row.keywords,
            status=row.status,
            revision=row.revision,
        )
