"""What entries refer to: looked up in the files, then in the framework as it is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.catalogue import rules
from service.catalogue.content import Content, Fields, Place, Value
from service.catalogue.files.entries import CatalogueFile, Kind, RequirementEntry, SkillEntry
from service.catalogue.files.faults import Fault, did_you_mean, quoted
from service.catalogue.files.planning.matching import framework_slug
from service.catalogue.files.planning.plan import Ids
from service.catalogue.files.planning.pruning import Pruned
from service.catalogue.files.stored import Stored, StoredSkill
from service.catalogue.models import SkillStatus
from service.errors import InvalidInput

_NEW_SKILL: Fields = {"summary": "", "keywords": [], "status": SkillStatus.PUBLISHED, "replaced_by_id": None}


def planned_ids(
    catalogue: CatalogueFile, stored: Stored, matches: Mapping[str, StoredSkill], pruned: Pruned
) -> Ids:
    """All that references may name once the import is done; what is not written yet has a negative id of its own."""
    ids = {}
    for kind, rows in stored.rows.items():
        kept = {slug: row.id for slug, row in rows.items() if slug not in pruned[kind]}
        new = (entry.slug for entry in catalogue.entries(kind) if entry.slug not in rows)
        ids[kind] = kept | {slug: -number for number, slug in enumerate(new, start=1)}
    return ids | {Kind.SKILLS: _skill_ids(catalogue, stored, matches, pruned)}


def _skill_ids(
    catalogue: CatalogueFile, stored: Stored, matches: Mapping[str, StoredSkill], pruned: Pruned
) -> dict[str, int]:
    """Those of the files, and those that their slugs, present or former and in any framework, lead to."""
    gone = {stored.skills[slug].id for slug in pruned[Kind.SKILLS]}
    bearers = stored.bearers.get(Kind.SKILLS, {})
    found = {slug: bearer.id for slug, bearer in bearers.items() if bearer.id not in gone}
    for number, entry in enumerate(catalogue.skills or (), start=1):
        match = matches.get(entry.slug)
        found[entry.slug] = match.id if match is not None else -number
    return found


def wanted_content(entry: SkillEntry, stored: StoredSkill | None, ids: Ids, *, prune: bool) -> Content:
    """The skill's content after the import."""
    fields: dict[str, Value] = {
        **(_NEW_SKILL if stored is None else stored.content.fields),
        "slug": entry.slug,
    }
    given = dict(entry.fields)
    fields["group_id"] = ids[Kind.GROUPS][str(given.pop("group"))]
    if "replaced_by" in given:
        replacement = given.pop("replaced_by")
        fields["replaced_by_id"] = None if replacement is None else ids[Kind.SKILLS][str(replacement)]
    elif given.get("status", SkillStatus.DEPRECATED) != SkillStatus.DEPRECATED:
        # A skill that is current again is replaced by none, though the file need not say so.
        fields["replaced_by_id"] = None
    requirements = (
        {} if stored is None or (prune and entry.requirements is not None) else stored.content.requirements
    )
    stated = {_place(requirement, ids): requirement.fields for requirement in entry.requirements or ()}
    return Content(fields | given, {**requirements, **stated})


def _place(requirement: RequirementEntry, ids: Ids) -> Place:
    return Place(level_id=ids[Kind.LEVELS][requirement.level], role_id=ids[Kind.ROLES][requirement.role])


def reference_faults(
    catalogue: CatalogueFile, stored: Stored, matches: Mapping[str, StoredSkill], ids: Ids, pruned: Pruned
) -> Iterator[Fault]:
    """Everything named that is nowhere, and replacements of skills that are not deprecated."""
    search = _Search(framework_slug(catalogue, stored), pruned)
    for skill in catalogue.skills or ():
        group, replacement = skill.fields.get("group"), skill.fields.get("replaced_by")
        if group is not None and group not in ids[Kind.GROUPS]:
            yield skill.origin.fault(search.unknown(Kind.GROUPS, str(group), ids[Kind.GROUPS]), key="group")
        if replacement is not None and replacement not in ids[Kind.SKILLS]:
            yield skill.origin.fault(
                search.unknown(Kind.SKILLS, str(replacement), ids[Kind.SKILLS]), key="replacedBy"
            )
        yield from _replacement_fault(skill, matches.get(skill.slug))
        for requirement in skill.requirements or ():
            if requirement.role not in ids[Kind.ROLES]:
                reason = search.unknown(Kind.ROLES, requirement.role, ids[Kind.ROLES])
                yield requirement.origin.fault(reason, key="role")
            if requirement.level not in ids[Kind.LEVELS]:
                reason = search.unknown(Kind.LEVELS, requirement.level, ids[Kind.LEVELS])
                yield requirement.origin.fault(reason, key="level")


def _replacement_fault(skill: SkillEntry, stored: StoredSkill | None) -> Iterator[Fault]:
    if skill.fields.get("replaced_by") is None:
        return
    before = SkillStatus.PUBLISHED if stored is None else stored.content.fields["status"]
    status = skill.fields.get("status", before)
    try:
        rules.ensure_replacement({"status": status, "replaced_by_id": 0})
    except InvalidInput as error:
        yield skill.origin.fault(f"replacedBy: {error.message}", key="replacedBy")


@dataclass(frozen=True)
class _Search:
    """Words the answer for what was not found."""

    framework: str
    pruned: Pruned

    def unknown(self, kind: Kind, slug: str, known: Mapping[str, int]) -> str:
        if slug in self.pruned[kind]:
            return f"The {kind.singular} {quoted(slug)} is pruned by this import: add it to the files."
        hint = did_you_mean(slug, known) or " Add it, or correct its slug."
        return (
            f"The {kind.singular} {quoted(slug)} stands neither in these files nor in the framework "
            f"{quoted(self.framework)}.{hint}"
        )
