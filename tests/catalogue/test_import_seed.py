"""The seed page's facts, imported."""

import sqlalchemy as sa
from sqlmodel import col, select

from service.catalogue.models import Level, Requirement, Role, Skill, SkillCounters
from service.database import Database
from tests.factories.catalogue_files import import_document
from tests.real_data.seed import seed_catalogue, seed_facts


async def test_the_seed_keeps_its_numbers_and_its_texts(database: Database) -> None:
    facts = seed_facts()
    await import_document(database, seed_catalogue())
    texts = (
        sa.select(col(Level.slug), col(Role.slug), col(Requirement.necessity), col(Requirement.description))
        .join_from(Requirement, Level, col(Level.id) == col(Requirement.level_id))
        .join(Role, col(Role.id) == col(Requirement.role_id))
        .order_by(col(Level.rank), col(Role.position))
    )
    async with database.read_session() as session:
        numbers = (await session.execute(select(SkillCounters))).scalar_one()
        skill = (await session.execute(select(Skill))).scalar_one()
        rows = [tuple(row) for row in await session.execute(texts)]
    page = facts["page"]
    assert (numbers.role_count, numbers.level_count) == (page["roleCount"], page["levelCount"])
    assert numbers.mandatory_requirement_count == page["mandatoryRequirementCount"]
    assert numbers.optional_requirement_count == page["optionalRequirementCount"]
    assert skill.last_updated_at.date().isoformat() == page["lastUpdatedOn"]
    expected = [
        (row["level"], row["role"], row["necessity"], row["description"]) for row in facts["requirements"]
    ]
    assert rows == expected
    assert (await import_document(database, seed_catalogue())).is_empty


async def test_the_seed_may_go_to_the_default_framework(database: Database) -> None:
    assert (await import_document(database, seed_catalogue(framework=None))).framework == "skill-profile"
