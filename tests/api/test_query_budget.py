"""A query sends as many statements for twenty rows as for one."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.models import Domain, Group, Necessity
from service.people.models import PersonRole
from service.settings import Settings
from tests.factories import Product, make_frame, make_skill
from tests.factories.catalogue import Frame
from tests.factories.community import edit_skill
from tests.factories.documents import CREATE, KEYS, PROFILE, WATCH
from tests.factories.statements import recorded_statements

ROLES = [f"Role {number}" for number in range(2)]
LEVELS = [f"Level {number}" for number in range(3)]

PAGE = """
  id slug name summary keywords status revision lastUpdatedAt lastUpdatedBy { id name }
  replacedBy { slug name } group { slug name domain { slug name framework { slug licence } } }
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount
  levels { id level { slug name rank } requirements {
    id necessity proficiency description revision role { slug name family } level { slug } skill { slug } } }
  proposals(first: 5) { totalCount pageInfo { hasNextPage } nodes {
    number title state author { name } decidedBy { name } skill { slug }
    changes { kind role { slug } level { slug } fields { field before after } } } }
  viewerWatch { reason createdAt skill { slug } } watcherCount
"""
QUERIES = {
    "the profile of one skill": f'{{ skill(slug: "skill-0") {{ {PAGE} }} }}',
    "a list of skills with everything": f"{{ skills(first: 50) {{ totalCount nodes {{ {PAGE} }} }} }}",
    "a role's matrix": """{ role(slug: "role-0") {
      slug name family skillCount mandatoryRequirementCount optionalRequirementCount framework { slug }
      levels { skillCount mandatoryRequirementCount optionalRequirementCount level { name rank } }
      skills(first: 50) { totalCount edges { cursor node {
        skill { slug name revision roleCount levelCount group { name domain { name } } }
        requirements { necessity description proficiency level { name rank } } } } } } }""",
    "domains, groups, skills": """{ domains { slug name skillCount framework { name } groups {
      slug name skillCount skills(first: 30) { totalCount nodes {
        slug name roleCount levelCount mandatoryRequirementCount optionalRequirementCount } } } } }""",
    "proposals": """{ proposals(first: 50) { totalCount nodes { number title state createdAt
      author { name } decidedBy { name } skill { slug name watcherCount group { domain { name } } }
      changes { kind role { name } level { name } fields { field before after } } } } }""",
    "frameworks with all they hold": """{ frameworks { slug levels { slug rank framework { slug } }
      roles { slug skillCount mandatoryRequirementCount optionalRequirementCount levels { skillCount level { rank } } }
      domains { slug skillCount groups { slug skillCount skills(first: 3) { nodes { slug } } } } } }""",
}


async def make_row(session: AsyncSession, frame: Frame, number: int) -> None:
    """One more domain with one group, in which one more skill stands with all its rows."""
    key = frame.framework.id or 0
    domain = Domain(framework_id=key, slug=f"domain-{number}", name=f"Domain {number}")
    session.add(domain)
    await session.flush()
    group = Group(framework_id=key, domain_id=domain.id or 0, slug=f"group-{number}", name=f"Group {number}")
    session.add(group)
    await session.flush()
    await make_skill(session, Frame(frame.framework, group, frame.levels, frame.roles), f"Skill {number}")


async def discuss(product: Product, number: int, author: str, viewer: str) -> None:
    """A proposal for the skill, and the viewer's watch."""
    skill = (await product.run(KEYS, {"slug": f"skill-{number}"}))["skill"]
    changes = [edit_skill(name=f"Skill {number} anew")]
    wish = {"skillId": skill["id"], "baseRevision": 1, "title": "Anew", "changes": changes}
    await product.run(CREATE, {"input": wish}, token=author)
    await product.run(WATCH, {"input": {"skillId": skill["id"]}}, token=viewer)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without the response cache, which would answer the second run with no statement at all."""
    return settings.model_copy(update={"response_cache": "off"})


async def counted(product: Product, document: str, viewer: str | None) -> list[str]:
    """The statements of the second run: the first one opens connections."""
    await product.run(document, token=viewer)
    with recorded_statements() as statements:
        await product.run(document, token=viewer)
    return list(statements)


async def test_twenty_rows_take_no_more_statements_than_one(product: Product) -> None:
    async with product.database.transaction() as session:
        frame = await make_frame(session, roles=ROLES, levels=LEVELS)
        await make_row(session, frame, 0)
    author, viewer = await product.token("author@skills.test"), await product.token("viewer@skills.test")
    await discuss(product, 0, author, viewer)
    cases = [(name, token) for name in QUERIES for token in (None, viewer)]
    one = [await counted(product, QUERIES[name], token) for name, token in cases]
    async with product.database.transaction() as session:
        for number in range(1, 20):
            await make_row(session, frame, number)
    for number in range(1, 20):
        await discuss(product, number, author, viewer)
    for (name, token), before in zip(cases, one, strict=True):
        after = await counted(product, QUERIES[name], token)
        assert len(after) == len(before) > 0, (name, token is not None)


async def test_the_profile_takes_no_more_statements_with_a_hundred_skills_beside_it(product: Product) -> None:
    async with product.database.transaction() as session:
        frame = await make_frame(session, roles=ROLES, levels=LEVELS)
        await make_row(session, frame, 0)
    reviewer = await product.token("reviewer@skills.test", PersonRole.REVIEWER)
    await product.run(PROFILE, {"slug": "skill-0"}, token=reviewer)
    with recorded_statements() as few:
        before = await product.run(PROFILE, {"slug": "skill-0"}, token=reviewer)
    async with product.database.transaction() as session:
        for number in range(100):
            await make_skill(
                session, frame, f"Other {number}", requirements=[("role-0", "level-0", Necessity.MANDATORY)]
            )
    with recorded_statements() as many:
        assert await product.run(PROFILE, {"slug": "skill-0"}, token=reviewer) == before
    assert len(many) == len(few)
