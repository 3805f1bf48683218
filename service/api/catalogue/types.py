"""The catalogue's types, from the framework down to the requirement, each over its source."""

from datetime import datetime
from typing import Optional

import strawberry

from service.api.catalogue.advance import SkillAdvance
from service.api.catalogue.inputs import asked_excerpt, asked_skills
from service.api.comments.types import RequirementComments, SkillComments
from service.api.connection import Connection
from service.api.history.types import SkillHistory
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, many, one, page, value
from service.api.plan.marks import Asked
from service.api.plans.types import RequirementTicks, RoleProgress
from service.api.proposals.types import SkillProposals
from service.api.watches.types import Watched
from service.catalogue import narrowing, sources
from service.catalogue.models import Necessity, Proficiency, SkillStatus
from service.sources import Order


def _by_name() -> Asked:
    return Asked(order=Order("name", ("name", "skill_id")))


@strawberry.type(description="One published body of competencies, with its own ladder, roles and domains.")
class Framework(Node, source=sources.FRAMEWORKS):
    """The widest thing."""

    slug: str = column("The human key.", plain=True)
    name: str = column("The name to show.")
    version: str | None = column("The version of what was published.")
    licence: str | None = column("The licence of its texts.")
    attribution: str | None = column("Whom to name when its texts are used.")
    source: str | None = column("Where it was published.")
    is_default: bool = column("Whether it is this instance's own.")
    levels: list["Level"] = many("The ladder, the first step first.", on={"framework_id": "id"})
    roles: list["Role"] = many("The roles in their order.", on={"framework_id": "id"})
    domains: list["Domain"] = many("The domains in their order.", on={"framework_id": "id"})


@strawberry.type(description="The widest division of a framework.")
class Domain(Watched, Node, source=sources.DOMAINS):
    """Above the groups."""

    slug: str = column("The human key.", plain=True)
    name: str = column("The name to show.")
    framework: Framework = one("The framework that it divides.", on={"id": "framework_id"})
    groups: list["Group"] = many("The groups in their order.", on={"domain_id": "id"})
    skill_count: int = column("How many skills stand in it, drafts left out.")


@strawberry.type(description="A division of a domain; every skill stands in one.")
class Group(Watched, Node, source=sources.GROUPS):
    """Between domain and skill."""

    slug: str = column("The human key.", plain=True)
    name: str = column("The name to show.")
    domain: Domain = one("The domain that it divides.", on={"id": "domain_id"})
    skills: Connection["Skill"] = page(
        "Its skills.", on={"group_id": "id"}, narrow=narrowing.skills_shown, ask=asked_skills
    )
    skill_count: int = column("How many skills stand in it, drafts left out.")


@strawberry.type(description="A step of a framework's ladder.")
class Level(Node, source=sources.LEVELS):
    """Data with a rank."""

    slug: str = column("The human key within the framework.", plain=True)
    name: str = column("The name to show.")
    rank: int = column("The place on the ladder; the lowest is the first step.")
    framework: Framework = one("The framework whose ladder it is a step of.", on={"id": "framework_id"})


@strawberry.type(description="A kind of work that asks for skills.")
class Role(Watched, RoleProgress, Node, source=sources.ROLES):
    """Its matrix is `skills` × the levels of each."""

    slug: str = column("The human key.", plain=True)
    name: str = column("The name to show.")
    family: str | None = column("The family of roles that it belongs to.")
    framework: Framework = one("The framework that it belongs to.", on={"id": "framework_id"})
    skill_count: int = column("How many skills it asks for, drafts left out.")
    mandatory_requirement_count: int = column(
        "Requirements that must be covered, over all skills and levels."
    )
    optional_requirement_count: int = column(
        "Requirements that are good to have, over all skills and levels."
    )
    levels: list["RoleLevel"] = many(
        "The totals of each level at which it asks for anything, in ascending rank.", on={"role_id": "id"}
    )
    skills: Connection["RoleSkill"] = page(
        "The rows of its matrix: the skills that it asks for, by name.",
        on={"role_id": "id"},
        ask=_by_name,
        total="skill_count",
    )


@strawberry.type(description="What a role asks for at a level, in numbers.")
class RoleLevel(Node, source=sources.ROLE_LEVELS):
    """The foot of the matrix; keyed by role and level."""

    level: Level = one("The level.", on={"id": "level_id"})
    skill_count: int = column("Skills asked for at the level.")
    mandatory_requirement_count: int = column("Requirements that must be covered.")
    optional_requirement_count: int = column("Requirements that are good to have.")


@strawberry.type(
    description="A row of a role's matrix: a skill, with what the role asks of it at each level."
)
class RoleSkill(Node, source=sources.ROLE_SKILLS):
    """Keyed by role and skill."""

    skill: "Skill" = one("The skill.", on={"id": "skill_id"})
    requirements: list["Requirement"] = many(
        "The role's requirements of the skill, in ascending rank of level.",
        on={"role_id": "role_id", "skill_id": "skill_id"},
    )


@strawberry.type(
    description="A skill: what each role must cover at each level, with the numbers of its page."
)
class Skill(SkillAdvance, SkillProposals, SkillHistory, Watched, SkillComments, Node, source=sources.SKILLS):
    """The product's main noun."""

    slug: str = column("The human key. A former slug still leads to the skill.", plain=True)
    name: str = column("The name to show.")
    summary: str = column("What the skill is, in a sentence or two.")
    keywords: list[str] = column("Names of tools and ideas that belong to it.")
    status: SkillStatus = column("Where it stands in its life.")
    replaced_by: Optional["Skill"] = one(
        "The skill that takes the place of a deprecated one.", on={"id": "replaced_by_id"}, follows=True
    )
    group: Group = one("The group that it stands in.", on={"id": "group_id"})
    revision: int = column("How many changes of its content have been applied.")
    excerpt: str = value(
        "Where a text's words stand in the summary, keywords and descriptions: each between ⟦ and ⟧, which stand for "
        "nothing else there. The beginning where they stand nowhere.",
        narrowing.skill_excerpt,
        reads=("id", "summary", "keywords"),
        ask=asked_excerpt,
    )
    last_updated_at: datetime = column("When accepted content last changed.")
    last_updated_by: Person | None = one(
        "Whose change was last applied: its author, not the reviewer; null for an import.",
        on={"id": "last_updated_by_id"},
    )
    role_count: int = column("Roles with at least one requirement.")
    level_count: int = column("Levels with at least one requirement.")
    mandatory_requirement_count: int = column("Requirements that must be covered.")
    optional_requirement_count: int = column("Requirements that are good to have.")
    levels: list["SkillLevel"] = many(
        "The levels with at least one requirement, in ascending rank.", on={"skill_id": "id"}
    )


@strawberry.type(description="What a skill asks for at a level.")
class SkillLevel(Node, source=sources.SKILL_LEVELS):
    """Keyed by skill and level."""

    level: Level = one("The level.", on={"id": "level_id"})
    requirements: list["Requirement"] = many(
        "What each role asks for at the level, in the roles' order.",
        on={"skill_id": "skill_id", "level_id": "level_id"},
    )


@strawberry.type(description="What a role asks of a skill at a level.")
class Requirement(RequirementComments, RequirementTicks, Node, source=sources.REQUIREMENTS):
    """At most one per skill, role and level."""

    necessity: Necessity = column("Whether it must be covered.")
    proficiency: Proficiency | None = column("How deep it goes, where that is said.")
    description: str = column("The expectation, in words.")
    revision: int = column("The skill's revision that last changed it.")
    skill: Skill = one("The skill.", on={"id": "skill_id"})
    role: Role = one("The role.", on={"id": "role_id"})
    level: Level = one("The level.", on={"id": "level_id"})
