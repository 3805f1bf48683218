"""The ways into the catalogue: all public."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import asked_skills, ensure_storable
from service.api.catalogue.types import Domain, Framework, Group, Level, Role, Skill
from service.api.connection import Connection
from service.api.plan.fields import many, one, page
from service.api.plan.marks import Asked
from service.catalogue import narrowing

Slug = Annotated[str, strawberry.argument(description="The human key.")]
FrameworkSlug = Annotated[str | None, strawberry.argument(description="A framework's slug.")]


def _of_slug(slug: Slug) -> Asked:
    ensure_storable("slug", slug)
    return Asked(narrowing.OfSlug(slug))


def _of_framework(framework: FrameworkSlug = None) -> Asked:
    ensure_storable("framework", framework)
    return Asked(narrowing.OfFramework(framework))


@strawberry.type
class CatalogueQuery:
    """Root fields of the catalogue."""

    skill: Skill | None = one(
        "The skill that bears the slug, or once bore it; null for none. A renamed skill says its new slug.",
        narrow=narrowing.skill_of_slug,
        ask=_of_slug,
        is_subject=True,
    )
    skills: Connection[Skill] = page(
        "The catalogue's skills; drafts only where the filter asks for them.",
        narrow=narrowing.skills_shown,
        ask=asked_skills,
    )
    frameworks: list[Framework] = many("All frameworks, the default one first.")
    domains: list[Domain] = many(
        "The domains of a framework (by its slug), or of all.",
        narrow=narrowing.of_framework,
        ask=_of_framework,
    )
    group: Group | None = one(
        "The group that bears the slug; null for none.", narrow=narrowing.group_of_slug, ask=_of_slug
    )
    roles: list[Role] = many(
        "The roles of a framework (by its slug), or of all.", narrow=narrowing.of_framework, ask=_of_framework
    )
    role: Role | None = one(
        "The role that bears the slug; null for none.", narrow=narrowing.role_of_slug, ask=_of_slug
    )
    levels: list[Level] = many(
        "The ladder of a framework (by its slug), or of the default one.",
        narrow=narrowing.ladder_of,
        ask=_of_framework,
    )
