"""What `--prune` removes, and what it refuses to remove."""

import pytest
from sqlmodel import col, select

from service.catalogue.content import Change, ChangeKind, Place
from service.catalogue.files import ImportPlan, Kind
from service.catalogue.models import Domain, FormerSlug, Group, Level, Requirement, Role, Skill
from service.database import AsyncSession, Database
from service.proposals.models import Proposal, ProposalState
from tests.catalogue.test_import_faults import faults_of, only_fault
from tests.factories.catalogue_files import (
    IMPORTED_AT,
    Document,
    import_document,
    plan_document,
    requirement,
    skill,
    small_catalogue,
)
from tests.factories.proposals import make_proposal


def removed(plan: ImportPlan) -> dict[str, tuple[str, ...]]:
    """What goes, by kind."""
    return {kind.value: tally.removed for kind, tally in plan.tallies.items() if tally.removed}


async def slugs(
    session: AsyncSession, model: type[Skill] | type[Role] | type[Level] | type[Group] | type[Domain]
) -> set[str]:
    """The slugs of a table."""
    return set((await session.execute(select(model.slug))).scalars())


async def propose(database: Database, slug: str, state: ProposalState = ProposalState.OPEN) -> int:
    """A proposal about the skill's requirement of the cook at the junior level; returns its number."""
    async with database.transaction() as session:
        about = (await session.execute(select(Skill).where(col(Skill.slug) == slug))).scalar_one()
        role = (await session.execute(select(Role).where(col(Role.slug) == "cook"))).scalar_one()
        level = (await session.execute(select(Level).where(col(Level.slug) == "junior"))).scalar_one()
        gone = Change(ChangeKind.REMOVE_REQUIREMENT, (), Place(level.id, role.id))
        proposal = await make_proposal(session, about.id, [gone], state=state, at=IMPORTED_AT)
        return proposal.id


LESS: Document = {
    "framework": {"slug": "house", "name": "House"},
    "levels": [{"slug": "senior", "name": "Senior", "rank": 2}],
    "roles": [{"slug": "waiter", "name": "Waiter"}],
    "domains": [{"slug": "food", "name": "Food", "groups": [{"slug": "hot", "name": "Hot"}]}],
    "skills": [
        skill(requirements=[requirement("waiter", "senior", "OPTIONAL", description="Serves it hot.")])
    ],
}


async def test_without_prune_nothing_goes(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea", group="cold")]))
    assert (await import_document(database, LESS)).is_empty


async def test_what_the_files_no_longer_mention_goes(database: Database) -> None:
    await import_document(
        database, small_catalogue(skills=[skill(), skill("tea", group="cold", formerSlugs=["chai"])])
    )
    plan = await import_document(database, LESS, prune=True)
    assert removed(plan) == {
        "levels": ("junior",),
        "roles": ("cook",),
        "groups": ("cold",),
        "skills": ("tea",),
        "requirements": ("soup/junior/cook", "tea/junior/cook", "tea/senior/waiter"),
    }
    async with database.read_session() as session:
        assert await slugs(session, Skill) == {"soup"}
        assert await slugs(session, Role) == {"waiter"}
        assert await slugs(session, Level) == {"senior"}
        assert await slugs(session, Group) == {"hot"}
        assert len((await session.execute(select(Requirement))).all()) == 1
        assert not (await session.execute(select(FormerSlug))).all()
        soup = (await session.execute(select(Skill))).scalar_one()
        assert soup.revision == 2
    assert (await import_document(database, LESS, prune=True)).is_empty


async def test_another_framework_is_left_alone(database: Database) -> None:
    inn: Document = {
        "framework": {"slug": "inn", "name": "Inn"},
        "levels": [{"slug": "junior", "name": "Junior", "rank": 1}],
        "roles": [{"slug": "host", "name": "Host"}],
        "domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "warm", "name": "Warm"}]}],
        "skills": [{"slug": "tea", "group": "warm", "name": "Tea", "requirements": [requirement("host")]}],
    }
    await import_document(database, small_catalogue())
    await import_document(database, inn)
    await import_document(database, LESS, prune=True)
    assert (await plan_document(database, inn, prune=True)).is_empty


async def test_sections_that_the_files_do_not_have_are_left_alone(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea", group="cold")]))
    only_skills = {"skills": [{"slug": "soup", "group": "hot", "name": "Soup"}]}
    plan = await import_document(database, only_skills, prune=True)
    assert removed(plan) == {
        "skills": ("tea",),
        "requirements": ("tea/junior/cook", "tea/senior/waiter"),
    }
    only_domains = {"domains": [{"slug": "food", "name": "Food"}]}
    assert (await import_document(database, only_domains, prune=True)).is_empty


async def test_a_domain_goes_with_its_groups(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[]))
    moved = {"domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "cold", "name": "Cold"}]}]}
    plan = await import_document(database, moved, prune=True)
    assert removed(plan) == {"domains": ("food",), "groups": ("hot",)}
    async with database.read_session() as session:
        assert await slugs(session, Domain) == {"drinks"}
        assert await slugs(session, Group) == {"cold"}


async def test_skills_that_replace_one_another_go_together(database: Database) -> None:
    chain = [
        skill("a", status="DEPRECATED", replacedBy="b"),
        skill("b", status="DEPRECATED", replacedBy="a"),
        skill(),
    ]
    await import_document(database, small_catalogue(skills=chain))
    plan = await import_document(database, small_catalogue(), prune=True)
    assert plan.tallies[Kind.SKILLS].removed == ("a", "b")


async def test_a_skill_may_be_renamed_and_others_pruned_at_once(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    plan = await import_document(
        database, small_catalogue(skills=[skill("broth", name="Soup", formerSlugs=["soup"])]), prune=True
    )
    assert plan.tallies[Kind.SKILLS].changed == ("broth",)
    assert plan.tallies[Kind.SKILLS].removed == ("tea",)


async def test_a_freed_rank_may_be_taken(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[]))
    levels = [{"slug": "junior", "name": "Junior", "rank": 2}]
    plan = await import_document(database, small_catalogue(levels=levels, skills=[]), prune=True)
    assert removed(plan) == {"levels": ("senior",)}


async def test_a_skill_with_open_proposals_stays(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    first, second = await propose(database, "tea"), await propose(database, "tea")
    reason = await only_fault(database, small_catalogue(), prune=True)
    assert f"The skill “tea” cannot be pruned, because the proposals #{first}, #{second} are open" in reason


async def test_decided_proposals_go_with_their_skill(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    await propose(database, "tea", ProposalState.DECLINED)
    await import_document(database, small_catalogue(), prune=True)
    async with database.read_session() as session:
        assert not (await session.execute(select(Proposal))).all()


async def test_a_role_or_level_of_a_proposal_stays(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(requirements=[]), skill("tea")]))
    number = await propose(database, "soup", ProposalState.DECLINED)
    await propose(database, "tea", ProposalState.DECLINED)
    less = LESS | {"skills": [skill(requirements=[])]}
    found = [reason for _, reason in await faults_of(database, less, prune=True)]
    assert [reason.partition(".")[0] for reason in found] == [
        f"The level “junior” cannot be pruned, because the proposal #{number} is about it",
        f"The role “cook” cannot be pruned, because the proposal #{number} is about it",
    ]


NEEDED: list[tuple[Document, str]] = [
    (
        {"roles": [{"slug": "waiter", "name": "W"}]},
        "The role “cook” cannot be pruned, because skills that stay need it (soup)",
    ),
    (
        {"levels": [{"slug": "senior", "name": "S", "rank": 2}]},
        "The level “junior” cannot be pruned, because skills that stay need it (soup)",
    ),
    (
        {"domains": [{"slug": "food", "name": "Food", "groups": []}]},
        "The group “hot” cannot be pruned, because skills that stay need it (soup)",
    ),
    (
        {"domains": []},
        "The group “hot” cannot be pruned, because skills that stay need it (soup)",
    ),
    (
        {
            "roles": [{"slug": "waiter", "name": "W"}],
            "skills": [{"slug": "soup", "group": "hot", "name": "Soup"}],
        },
        "The role “cook” cannot be pruned, because skills that stay need it (soup)",
    ),
]


@pytest.mark.parametrize(("sections", "reason"), NEEDED)
async def test_what_a_skill_still_needs_stays(database: Database, sections: Document, reason: str) -> None:
    await import_document(database, small_catalogue())
    assert reason in await only_fault(database, {"framework": {"slug": "house"}} | sections, prune=True)


async def test_what_the_files_themselves_need_stays(database: Database) -> None:
    await import_document(database, small_catalogue())
    document = LESS | {"skills": [skill(group="cold", requirements=[requirement()])]}
    found = [reason for _, reason in await faults_of(database, document, prune=True)]
    assert found == [
        "The group “cold” is pruned by this import: add it to the files.",
        "The role “cook” is pruned by this import: add it to the files.",
        "The level “junior” is pruned by this import: add it to the files.",
    ]


async def test_the_skill_that_replaces_another_stays(database: Database) -> None:
    await import_document(
        database, small_catalogue(skills=[skill(status="DEPRECATED", replacedBy="tea"), skill("tea")])
    )
    named = small_catalogue(skills=[skill(replacedBy="tea")])
    assert "The skill “tea” is pruned by this import" in await only_fault(database, named, prune=True)
    left = small_catalogue(skills=[skill()])
    assert "it replaces the skill “soup”" in await only_fault(database, left, prune=True)
    cleared = small_catalogue(skills=[skill(replacedBy=None)])
    assert (await import_document(database, cleared, prune=True)).tallies[Kind.SKILLS].removed == ("tea",)


async def test_a_replacement_for_another_frameworks_skill_stays(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    inn: Document = {
        "framework": {"slug": "inn", "name": "Inn"},
        "domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "warm", "name": "Warm"}]}],
        "skills": [
            {"slug": "chai", "group": "warm", "name": "C", "status": "DEPRECATED", "replacedBy": "tea"}
        ],
    }
    await import_document(database, inn)
    assert "it replaces the skill “chai”" in await only_fault(database, small_catalogue(), prune=True)


async def test_with_other_faults_nothing_is_said_of_pruning(database: Database) -> None:
    """An entry with a fault may be the one that seems to be missing."""
    await import_document(database, small_catalogue())
    roles = [{"slug": "waiter", "name": "Waiter"}, {"name": "Cook"}]
    assert "A role needs a slug" in await only_fault(database, small_catalogue(roles=roles), prune=True)
