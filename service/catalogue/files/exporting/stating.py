"""States a stored framework as the entries of a catalogue file. Pure."""

from collections.abc import Mapping, Sequence

from service.catalogue.content import SKILL_FIELDS, Value
from service.catalogue.files.entries import (
    CatalogueFile,
    DomainEntry,
    Entry,
    Kind,
    RequirementEntry,
    SkillEntry,
)
from service.catalogue.files.stored import Stored, StoredRow, StoredSkill
from service.catalogue.models import SkillStatus

# A file says these by slugs; every other field of a skill it states as it is.
_BY_SLUG = ("slug", "group_id", "replaced_by_id")


def state(stored: Stored, replacements: Mapping[int, str]) -> CatalogueFile:
    """All of the framework with every field given; the same content always in the same order.

    `replacements` are the slugs of the skills that replace others, by id.
    """
    assert stored.framework is not None
    levels, roles, domains, groups = (
        stored.rows[kind].values() for kind in (Kind.LEVELS, Kind.ROLES, Kind.DOMAINS, Kind.GROUPS)
    )
    grouped = {
        domain.slug: [group for group in groups if group.fields["domain"] == domain.slug]
        for domain in domains
    }
    ladder = {row.id: (turn, row.slug) for turn, row in enumerate(levels)}
    roster = {row.id: (turn, row.slug) for turn, row in enumerate(roles)}
    shelves = {
        row.id: (turn, row.slug) for turn, row in enumerate(row for rows in grouped.values() for row in rows)
    }

    # By domain and group, then by name.
    skills = sorted(
        stored.skills.values(),
        key=lambda skill: (shelves[_id(skill, "group_id")][0], str(skill.content.fields["name"]), skill.slug),
    )
    return CatalogueFile(
        framework=_entry(stored.framework),
        levels=tuple(_entry(row) for row in levels),
        roles=tuple(_entry(row) for row in roles),
        domains=tuple(_domain(domain, grouped[domain.slug]) for domain in domains),
        skills=tuple(
            _skill(skill, shelves[_id(skill, "group_id")][1], ladder, roster, replacements)
            for skill in skills
        ),
    )


def _entry(row: StoredRow) -> Entry:
    return Entry(slug=row.slug, fields=row.fields)


def _domain(row: StoredRow, groups: Sequence[StoredRow]) -> DomainEntry:
    shown = tuple(Entry(slug=group.slug, fields={"name": group.fields["name"]}) for group in groups)
    return DomainEntry(slug=row.slug, fields=row.fields, groups=shown)


def _skill(
    skill: StoredSkill,
    group: str,
    ladder: Mapping[int, tuple[int, str]],
    roster: Mapping[int, tuple[int, str]],
    replacements: Mapping[int, str],
) -> SkillEntry:
    content = skill.content.fields
    fields: dict[str, Value] = {name: content[name] for name in SKILL_FIELDS if name not in _BY_SLUG}
    fields["group"] = group
    if content["status"] == SkillStatus.DEPRECATED:
        replaced_by_id = content["replaced_by_id"]
        fields["replaced_by"] = replacements[replaced_by_id] if isinstance(replaced_by_id, int) else None
    places = sorted(
        skill.content.requirements, key=lambda place: (ladder[place.level_id], roster[place.role_id])
    )
    return SkillEntry(
        slug=skill.slug,
        fields=fields,
        former_slugs=tuple(sorted(skill.former_slugs)),
        last_updated_on=skill.last_updated_on,
        requirements=tuple(
            RequirementEntry(
                role=roster[place.role_id][1],
                level=ladder[place.level_id][1],
                fields=skill.content.requirements[place],
            )
            for place in places
        ),
    )


def _id(skill: StoredSkill, name: str) -> int:
    value = skill.content.fields[name]
    assert isinstance(value, int)
    return value
