"""Importing: what is written, what stays, and that a second time writes nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from service import counters
from service.activity.models import Event, EventKind
from service.catalogue.content import EMPTY, apply, change_from_json
from service.catalogue.files import ImportPlan, Kind, import_catalogue, read_catalogue
from service.catalogue.models import (
    Domain,
    FormerSlug,
    Framework,
    Group,
    Level,
    Proficiency,
    Requirement,
    Revision,
    Role,
    Skill,
    SkillCounters,
    SkillStatus,
)
from service.catalogue.queries import content_of
from service.database import Database
from service.jobs import RecordingQueue
from service.tables import metadata
from tests.factories.catalogue_files import (
    IMPORTED_AT,
    Document,
    generated_catalogue,
    import_document,
    plan_document,
    requirement,
    skill,
    small_catalogue,
)

LATER = IMPORTED_AT + timedelta(days=1)


async def rows(database: Database, statement: Any) -> list[Any]:
    """The rows of a statement."""
    async with database.read_session() as session:
        return list((await session.execute(statement)).scalars())


async def the_skill(database: Database, slug: str = "soup") -> Skill:
    """The skill that bears the slug."""
    (found,) = await rows(database, select(Skill).where(col(Skill.slug) == slug))
    assert isinstance(found, Skill)
    return found


async def requirements_of(database: Database, slug: str = "soup") -> dict[tuple[str, str], Requirement]:
    """The skill's requirements by role and level."""
    statement = (
        sa.select(col(Role.slug), col(Level.slug), Requirement)
        .join_from(Requirement, Skill, col(Skill.id) == col(Requirement.skill_id))
        .join(Role, col(Role.id) == col(Requirement.role_id))
        .join(Level, col(Level.id) == col(Requirement.level_id))
        .where(col(Skill.slug) == slug)
    )
    async with database.read_session() as session:
        return {(role, level): row for role, level, row in await session.execute(statement)}


async def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, with the transaction that wrote it."""
    found = {}
    async with database.read_session() as session:
        for table in metadata.sorted_tables:
            statement = sa.text(
                f'SELECT xmin::text, xmax::text, t::text FROM "{table.name}" t ORDER BY t::text'
            )
            found[table.name] = [tuple(row) for row in await session.execute(statement)]
    return found


def counts(plan: ImportPlan, kind: str) -> tuple[int, ...]:
    """Added, changed, removed, unchanged."""
    return tuple(plan.counts()[kind].values())


async def test_an_empty_instance_takes_a_whole_catalogue(database: Database, queue: RecordingQueue) -> None:
    document = small_catalogue(
        framework={
            "slug": "house",
            "name": "House",
            "version": "1.10",
            "licence": "CC0-1.0",
            "source": "kitchen",
        },
        skills=[
            skill(
                summary="Boil.\nStir.",
                keywords=["pot", "spoon"],
                lastUpdatedOn="2026-03-17",
                requirements=[requirement(proficiency="Working")],
            ),
            skill(
                "tea",
                group="cold",
                status="DEPRECATED",
                replacedBy="soup",
                formerSlugs=["chai"],
                requirements=[],
            ),
        ],
    )
    plan = await import_document(database, document)
    assert {kind: counts(plan, kind) for kind in plan.counts()} == {
        "framework": (1, 0, 0, 0),
        "levels": (2, 0, 0, 0),
        "roles": (2, 0, 0, 0),
        "domains": (1, 0, 0, 0),
        "groups": (2, 0, 0, 0),
        "skills": (2, 0, 0, 0),
        "requirements": (1, 0, 0, 0),
    }
    (framework,) = await rows(database, select(Framework))
    assert (framework.slug, framework.version, framework.licence, framework.source) == (
        "house",
        "1.10",
        "CC0-1.0",
        "kitchen",
    )
    assert framework.is_default
    roles = await rows(database, select(Role).order_by(col(Role.position)))
    assert [(role.slug, role.family) for role in roles] == [("cook", "Kitchen"), ("waiter", None)]

    soup, tea = await the_skill(database), await the_skill(database, "tea")
    assert (soup.summary, soup.keywords, soup.status) == (
        "Boil.\nStir.",
        ["pot", "spoon"],
        SkillStatus.PUBLISHED,
    )
    assert (soup.revision, soup.last_updated_at) == (1, datetime(2026, 3, 17, tzinfo=UTC))
    assert (tea.replaced_by_id, tea.status, tea.last_updated_at) == (
        soup.id,
        SkillStatus.DEPRECATED,
        IMPORTED_AT,
    )
    assert [(former.slug, former.skill_id) for former in await rows(database, select(FormerSlug))] == [
        ("chai", tea.id)
    ]
    row = (await requirements_of(database))["cook", "junior"]
    assert (row.necessity, row.proficiency, row.revision) == ("MANDATORY", Proficiency.WORKING, 1)
    assert [(job.name, job.row_id) for job in queue.jobs] == [("notify", 1), ("publish", 1)]


async def test_revision_1_leads_from_nothing_to_the_content(database: Database) -> None:
    document = small_catalogue(
        skills=[skill(keywords=["pot"]), skill("tea", status="DEPRECATED", replacedBy="soup")]
    )
    await import_document(database, document)
    async with database.read_session() as session:
        for found in (await session.execute(select(Skill))).scalars():
            (revision,) = (
                await session.execute(select(Revision).where(col(Revision.skill_id) == found.id))
            ).scalars()
            assert (revision.number, revision.changed_at, revision.person_id) == (1, IMPORTED_AT, None)
            folded = apply(EMPTY, [change_from_json(change) for change in revision.changes])
            content = await content_of(session, found)
            assert {
                name: value for name, value in content.fields.items() if value is not None
            } == folded.fields
            assert content.requirements.keys() == folded.requirements.keys()
            assert all(
                {name: value for name, value in fields.items() if value is not None}
                == folded.requirements[place]
                for place, fields in content.requirements.items()
            )


async def test_the_counters_are_right_at_once(database: Database) -> None:
    await import_document(database, small_catalogue())
    (numbers,) = await rows(database, select(SkillCounters))
    assert (numbers.role_count, numbers.level_count) == (2, 2)
    assert (numbers.mandatory_requirement_count, numbers.optional_requirement_count) == (1, 1)
    changed = small_catalogue(skills=[skill(requirements=[requirement("waiter", "junior")])])
    await import_document(database, changed)
    (numbers,) = await rows(database, select(SkillCounters))
    assert (numbers.revision, numbers.mandatory_requirement_count) == (2, 2)
    async with database.read_session() as session:
        assert not await counters.stale(session)


async def test_a_second_import_writes_nothing(database: Database, queue: RecordingQueue) -> None:
    document = small_catalogue(
        skills=[skill(keywords=["pot"], lastUpdatedOn="2026-03-17", formerSlugs=["broth"]), skill("tea")]
    )
    await import_document(database, document)
    before, jobs = await contents(database), list(queue.jobs)
    plan = await import_document(database, document, at=LATER)
    assert plan.is_empty
    assert counts(plan, "requirements") == (0, 0, 0, 4)
    after = await contents(database)
    # Locking a skill's row leaves its mark in xmax: nothing else may differ.
    strip = {table: [(xmin, row) for xmin, _, row in found] for table, found in before.items()}
    assert strip == {table: [(xmin, row) for xmin, _, row in found] for table, found in after.items()}
    assert queue.jobs == jobs


async def test_a_plan_writes_nothing_and_says_what_the_import_then_does(database: Database) -> None:
    before = await contents(database)
    plan = await plan_document(database, small_catalogue())
    assert await contents(database) == before
    assert await import_document(database, small_catalogue()) == plan


async def test_an_import_is_an_event(database: Database) -> None:
    plan = await import_document(database, small_catalogue())
    (event,) = await rows(database, select(Event))
    assert (event.kind, event.happened_at) == (EventKind.CATALOGUE_IMPORTED, IMPORTED_AT)
    assert event.payload == {"framework": "house", "counts": plan.counts()}


async def test_a_changed_skill_gets_a_revision(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    document = small_catalogue(
        skills=[
            skill(
                name="Broth",
                requirements=[
                    requirement(description="Knows pepper."),
                    requirement("waiter", "senior", "OPTIONAL", description="Serves it hot."),
                    requirement("waiter", "junior"),
                ],
            ),
            skill("tea"),
        ]
    )
    plan = await import_document(database, document, at=LATER)
    assert counts(plan, "skills") == (0, 1, 0, 1)
    assert counts(plan, "requirements") == (1, 1, 0, 3)
    assert plan.tallies[Kind.REQUIREMENTS].changed == ("soup/junior/cook",)
    soup, tea = await the_skill(database), await the_skill(database, "tea")
    assert (soup.name, soup.revision, soup.last_updated_at) == ("Broth", 2, LATER)
    assert (tea.revision, tea.last_updated_at) == (1, IMPORTED_AT)
    found = await requirements_of(database)
    assert {place: row.revision for place, row in found.items()} == {
        ("cook", "junior"): 2,
        ("waiter", "senior"): 1,
        ("waiter", "junior"): 2,
    }


async def test_the_files_date_a_change(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(lastUpdatedOn="2026-03-17")]))
    await import_document(database, small_catalogue(skills=[skill(name="Broth", lastUpdatedOn="2026-04-01")]))
    soup = await the_skill(database)
    assert (soup.revision, soup.last_updated_at) == (2, datetime(2026, 4, 1, tzinfo=UTC))


async def test_a_date_alone_is_corrected_without_a_revision(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(lastUpdatedOn="2026-03-17")]))
    plan = await import_document(database, small_catalogue(skills=[skill(lastUpdatedOn="2026-04-01")]))
    assert counts(plan, "skills") == (0, 1, 0, 0)
    soup = await the_skill(database)
    (revision,) = await rows(database, select(Revision))
    assert soup.revision == revision.number == 1
    assert soup.last_updated_at == revision.changed_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert (
        await import_document(database, small_catalogue(skills=[skill(lastUpdatedOn="2026-04-01")]))
    ).is_empty


async def test_what_is_left_out_stays(database: Database) -> None:
    full = small_catalogue(
        framework={"slug": "house", "name": "House", "version": "1"},
        skills=[
            skill(
                summary="S", keywords=["k"], status="DEPRECATED", replacedBy="tea", lastUpdatedOn="2026-03-17"
            ),
            skill("tea"),
        ],
    )
    await import_document(database, full)
    sparse = {
        "framework": {"slug": "house"},
        "roles": [{"slug": "cook", "name": "Cook"}],
        "skills": [{"slug": "soup", "group": "hot", "name": "Soup"}],
    }
    plan = await import_document(database, sparse)
    assert plan.is_empty
    assert counts(plan, "requirements") == (0, 0, 0, 2)
    one_row = small_catalogue(skills=[skill(requirements=[requirement()])])
    assert (await import_document(database, one_row)).is_empty


async def test_an_explicit_null_clears(database: Database) -> None:
    full = small_catalogue(
        framework={"slug": "house", "name": "House", "version": "1"},
        skills=[skill(status="DEPRECATED", replacedBy="tea"), skill("tea")],
    )
    await import_document(database, full)
    cleared = small_catalogue(
        framework={"slug": "house", "name": "House", "version": None},
        roles=[{"slug": "cook", "name": "Cook", "family": None}],
        skills=[skill(replacedBy=None)],
    )
    plan = await import_document(database, cleared)
    assert (plan.counts()["framework"]["changed"], plan.counts()["roles"]["changed"]) == (1, 1)
    assert (await the_skill(database)).replaced_by_id is None


async def test_a_requirement_is_stated_whole(database: Database) -> None:
    await import_document(
        database, small_catalogue(skills=[skill(requirements=[requirement(proficiency="EXPERT")])])
    )
    await import_document(database, small_catalogue(skills=[skill(requirements=[requirement()])]))
    assert (await requirements_of(database))["cook", "junior"].proficiency is None


async def test_a_skill_that_is_current_again_is_replaced_by_none(database: Database) -> None:
    await import_document(
        database, small_catalogue(skills=[skill(status="DEPRECATED", replacedBy="tea"), skill("tea")])
    )
    await import_document(database, small_catalogue(skills=[skill(status="PUBLISHED")]))
    soup = await the_skill(database)
    assert (soup.status, soup.replaced_by_id) == (SkillStatus.PUBLISHED, None)


async def test_a_rename_keeps_the_skill_and_its_old_slug(database: Database) -> None:
    await import_document(database, small_catalogue())
    before = await the_skill(database)
    renamed = small_catalogue(skills=[skill("broth", name="Soup", formerSlugs=["soup", "bouillon"])])
    plan = await import_document(database, renamed, at=LATER)
    assert plan.tallies[Kind.SKILLS].changed == ("broth",)
    after = await the_skill(database, "broth")
    assert (after.id, after.revision) == (before.id, 2)
    assert {former.slug for former in await rows(database, select(FormerSlug))} == {"soup", "bouillon"}
    assert (await import_document(database, renamed)).is_empty
    back = small_catalogue(skills=[skill("soup", name="Soup", formerSlugs=["broth"])])
    await import_document(database, back)
    assert (await the_skill(database)).id == before.id
    assert {former.slug for former in await rows(database, select(FormerSlug))} == {"broth", "bouillon"}


async def test_a_former_slug_alone_is_kept_without_a_revision(database: Database) -> None:
    await import_document(database, small_catalogue())
    plan = await import_document(database, small_catalogue(skills=[skill(formerSlugs=["broth"])]))
    assert counts(plan, "skills") == (0, 1, 0, 0)
    assert [former.slug for former in await rows(database, select(FormerSlug))] == ["broth"]
    assert (await the_skill(database)).revision == 1


async def test_names_orders_and_ranks_change(database: Database) -> None:
    await import_document(database, small_catalogue())
    document: Document = {
        "framework": {"slug": "house", "name": "Manor"},
        "levels": [
            {"slug": "senior", "name": "Senior", "rank": 1},
            {"slug": "junior", "name": "Junior", "rank": 2},
        ],
        "roles": [
            {"slug": "waiter", "name": "Waiter"},
            {"slug": "baker", "name": "Baker"},
            {"slug": "cook", "name": "Chef"},
        ],
        "domains": [
            {"slug": "drinks", "name": "Drinks", "groups": [{"slug": "cold", "name": "Cold"}]},
            {"slug": "food", "name": "Food"},
        ],
    }
    plan = await import_document(database, document)
    assert {kind: counts(plan, kind) for kind in ("framework", "levels", "roles", "domains", "groups")} == {
        "framework": (0, 1, 0, 0),
        "levels": (0, 2, 0, 0),
        "roles": (1, 2, 0, 0),
        "domains": (1, 0, 0, 1),
        "groups": (0, 1, 0, 0),
    }
    levels = await rows(database, select(Level).order_by(col(Level.rank)))
    roles = await rows(database, select(Role).order_by(col(Role.position)))
    domains = await rows(database, select(Domain).order_by(col(Domain.position)))
    cold = (await rows(database, select(Group).where(col(Group.slug) == "cold")))[0]
    assert [level.slug for level in levels] == ["senior", "junior"]
    assert [(role.slug, role.name, role.family) for role in roles] == [
        ("waiter", "Waiter", None),
        ("baker", "Baker", None),
        ("cook", "Chef", "Kitchen"),
    ]
    assert [domain.slug for domain in domains] == ["drinks", "food"]
    assert cold.domain_id == domains[0].id
    assert (await the_skill(database)).revision == 1
    assert (await import_document(database, document)).is_empty


async def test_files_without_a_framework_go_to_the_default_one(database: Database) -> None:
    document = small_catalogue()
    del document["framework"]
    assert (await import_document(database, document)).framework == "skill-profile"
    (framework,) = await rows(database, select(Framework))
    assert (framework.slug, framework.name, framework.is_default) == ("skill-profile", "Skill Profile", True)
    other = {
        "framework": {"slug": "other", "name": "Other"},
        "levels": [{"slug": "junior", "name": "J", "rank": 1}],
    }
    await import_document(database, other)
    assert [row.slug for row in await rows(database, select(Framework).where(col(Framework.is_default)))] == [
        "skill-profile"
    ]
    assert (await import_document(database, {"roles": [{"slug": "baker", "name": "Baker"}]})).framework == (
        "skill-profile"
    )


async def test_skills_may_be_replaced_by_skills_that_are_written_later(database: Database) -> None:
    """More than two batches of them."""
    document = generated_catalogue(450)
    for number, entry in enumerate(document["skills"]):
        entry["requirements"] = entry["requirements"][:2]
        if number < 449:
            entry |= {"status": "DEPRECATED", "replacedBy": f"skill-{number + 1}"}
    plan = await import_document(database, document)
    assert counts(plan, "skills") == (450, 0, 0, 0)
    assert counts(plan, "requirements") == (900, 0, 0, 0)
    first, second = await the_skill(database, "skill-0"), await the_skill(database, "skill-1")
    assert first.replaced_by_id == second.id
    async with database.read_session() as session:
        assert not await counters.stale(session)
    assert (await import_document(database, document)).is_empty


async def test_progress_is_told_from_the_first_to_the_last(database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(generated_catalogue(250)))
    heard: list[tuple[str, int, int]] = []

    def hear(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total))

    catalogue = read_catalogue(tmp_path / "a.json", progress=hear)
    async with database.transaction() as session:
        await import_catalogue(session, catalogue, at=IMPORTED_AT, recount=counters.recount, progress=hear)
    assert heard == [
        ("reading files", 1, 1),
        ("adding skills", 200, 250),
        ("adding skills", 250, 250),
        ("counting", 250, 250),
    ]
