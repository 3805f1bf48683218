"""Turns entries into the plain values of a catalogue file, with their keys in the order in which people read them."""

from typing import Any

from service.catalogue.content import REQUIREMENT_FIELDS, SKILL_FIELDS
from service.catalogue.files.entries import CatalogueFile, DomainEntry, Entry, RequirementEntry, SkillEntry

# Texts, whole numbers, dates, None, lists and further documents.
Document = dict[str, Any]


def document_of(catalogue: CatalogueFile) -> Document:
    """The catalogue as one file states it; what is left out was not given."""
    sections = {
        "framework": None if catalogue.framework is None else _entry(catalogue.framework),
        "levels": _each(catalogue.levels),
        "roles": _each(catalogue.roles),
        "domains": None if catalogue.domains is None else [_domain(domain) for domain in catalogue.domains],
        "skills": None if catalogue.skills is None else [_skill(skill) for skill in catalogue.skills],
    }
    return {key: section for key, section in sections.items() if section is not None}


def _each(entries: tuple[Entry, ...] | None) -> list[Document] | None:
    return None if entries is None else [_entry(entry) for entry in entries]


def _entry(entry: Entry) -> Document:
    return {"slug": entry.slug, **entry.fields}


def _domain(domain: DomainEntry) -> Document:
    groups = {} if domain.groups is None else {"groups": [_entry(group) for group in domain.groups]}
    return _entry(domain) | groups


def _skill(skill: SkillEntry) -> Document:
    values: Document = {"slug": skill.slug, **skill.fields}
    if skill.former_slugs:
        values["formerSlugs"] = list(skill.former_slugs)
    if "replaced_by" in values:
        values["replacedBy"] = values.pop("replaced_by")
    if skill.last_updated_on is not None:
        values["lastUpdatedOn"] = skill.last_updated_on
    if skill.requirements is not None:
        values["requirements"] = [_requirement(requirement) for requirement in skill.requirements]
    return {key: values[key] for key in _SKILL_KEYS if key in values}


def _requirement(requirement: RequirementEntry) -> Document:
    values = {"role": requirement.role, "level": requirement.level, **requirement.fields}
    if values.get("proficiency") is None:
        values.pop("proficiency", None)
    return {key: values[key] for key in _REQUIREMENT_KEYS if key in values}


_FIRST_SKILL_KEYS = ("slug", "formerSlugs", "group", "name", "status", "replacedBy")
_LAST_SKILL_KEYS = ("lastUpdatedOn", "requirements")
# What a skill's fields are called in a file, where it is not their name.
_KEYS = {"group_id": "group", "replaced_by_id": "replacedBy"}
_SKILL_KEYS = (
    *_FIRST_SKILL_KEYS,
    *(key for name in SKILL_FIELDS if (key := _KEYS.get(name, name)) not in _FIRST_SKILL_KEYS),
    *_LAST_SKILL_KEYS,
)
_REQUIREMENT_KEYS = ("role", "level", *REQUIREMENT_FIELDS)
