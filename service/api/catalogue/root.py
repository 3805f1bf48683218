"""The ways into the catalogue."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import Filter, OrderBy, ensure_storable, skill_order, wanted_skills
from service.api.catalogue.types import Domain, Framework, Group, Level, Role, Skill
from service.api.connection import After, Before, Connection, First, Last, connect, page_of
from service.api.context import Info
from service.catalogue import queries

Slug = Annotated[str, strawberry.argument(description="The human key.")]
FrameworkSlug = Annotated[str | None, strawberry.argument(description="A framework's slug.")]


@strawberry.type
class CatalogueQuery:
    """Root fields of the catalogue: all public."""

    @strawberry.field(description="The skill that bears the slug, or once bore it; null for none.")
    async def skill(self, info: Info, slug: Slug) -> Skill | None:
        """A renamed skill says its new slug."""
        ensure_storable("slug", slug)
        async with info.context.database.read_session() as session:
            row = await queries.find_skill(session, slug)
        return None if row is None else Skill.of(row)

    @strawberry.field(description="The catalogue's skills.")
    async def skills(
        self,
        info: Info,
        filter: Filter = None,
        order_by: OrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Skill]:
        """Drafts only where the filter asks for them."""
        wanted, order = wanted_skills(filter), skill_order(order_by)
        page = page_of(str(order), order.keys, first, after, last, before)
        database = info.context.database
        async with database.read_session() as session:
            cut = await queries.list_skills(session, wanted, order, page)

        async def count() -> int:
            async with database.read_session() as session:
                return await queries.count_skills(session, wanted)

        return connect(cut, str(order), order.keys, Skill.of, count)

    @strawberry.field(description="All frameworks, the default one first.")
    async def frameworks(self, info: Info) -> list[Framework]:
        """A handful."""
        async with info.context.database.read_session() as session:
            return [Framework.of(row) for row in await queries.list_frameworks(session)]

    @strawberry.field(
        description="The domains of a framework (by its slug), or of all, the default one's first."
    )
    async def domains(self, info: Info, framework: FrameworkSlug = None) -> list[Domain]:
        """In their order."""
        ensure_storable("framework", framework)
        async with info.context.database.read_session() as session:
            return [Domain.of(row) for row in await queries.list_domains(session, framework)]

    @strawberry.field(description="The group that bears the slug; null for none.")
    async def group(self, info: Info, slug: Slug) -> Group | None:
        """Of any framework."""
        ensure_storable("slug", slug)
        async with info.context.database.read_session() as session:
            row = await queries.find_group(session, slug)
        return None if row is None else Group.of(row)

    @strawberry.field(
        description="The roles of a framework (by its slug), or of all, the default one's first."
    )
    async def roles(self, info: Info, framework: FrameworkSlug = None) -> list[Role]:
        """In their order."""
        ensure_storable("framework", framework)
        async with info.context.database.read_session() as session:
            return [Role.of(row) for row in await queries.list_roles(session, framework)]

    @strawberry.field(description="The role that bears the slug; null for none.")
    async def role(self, info: Info, slug: Slug) -> Role | None:
        """Of any framework."""
        ensure_storable("slug", slug)
        async with info.context.database.read_session() as session:
            row = await queries.find_role(session, slug)
        return None if row is None else Role.of(row)

    @strawberry.field(description="The ladder of a framework (by its slug), or of the default one.")
    async def levels(self, info: Info, framework: FrameworkSlug = None) -> list[Level]:
        """The first step first."""
        ensure_storable("framework", framework)
        async with info.context.database.read_session() as session:
            return [Level.of(row) for row in await queries.list_levels(session, framework)]
