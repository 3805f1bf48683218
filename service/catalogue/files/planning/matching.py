"""Which stored skill an entry speaks of, and whether its slugs are free; and the same for what is no skill."""

from collections.abc import Iterator, Mapping

from service.catalogue.files.entries import CatalogueFile, Entry, Kind, SkillEntry
from service.catalogue.files.faults import Fault, quoted
from service.catalogue.files.stored import Stored, StoredSkill

DEFAULT_SLUG = "skill-profile"
DEFAULT_NAME = "Skill Profile"


def framework_slug(catalogue: CatalogueFile, stored: Stored) -> str:
    """The slug of the framework that the files are of."""
    if catalogue.framework is not None:
        return catalogue.framework.slug
    return stored.framework.slug if stored.framework is not None else DEFAULT_SLUG


def match_skills(catalogue: CatalogueFile, stored: Stored) -> Mapping[str, StoredSkill]:
    """The stored skills by the slug of the entry that speaks of them: by the same slug, else by a former one."""
    found = {}
    for entry in catalogue.skills or ():
        candidates = (stored.skills.get(slug) for slug in (entry.slug, *entry.former_slugs))
        match = next((skill for skill in candidates if skill is not None), None)
        if match is not None:
            found[entry.slug] = match
    return found


def framework_faults(catalogue: CatalogueFile, stored: Stored) -> Iterator[Fault]:
    """A new framework without a name, or none where no default one is there."""
    entry = catalogue.framework
    if stored.framework is not None:
        return
    if entry is None and not stored.is_first_framework:
        reason = "The files name no framework, and there is no default one here: add `framework: {slug: …}`."
        yield Fault(catalogue.path, None, reason)
    if entry is not None and "name" not in entry.fields and "name" not in entry.origin.lines:
        yield entry.origin.fault(
            f"The framework {quoted(entry.slug)} is new here and needs a name: add the key `name`."
        )


def taken_slug_faults(
    catalogue: CatalogueFile, stored: Stored, matches: Mapping[str, StoredSkill]
) -> Iterator[Fault]:
    """Slugs that lead to something else already, here or in another framework."""
    own = framework_slug(catalogue, stored)
    for kind in (Kind.ROLES, Kind.DOMAINS, Kind.GROUPS):
        for entry in catalogue.entries(kind):
            bearer = stored.bearers.get(kind, {}).get(entry.slug)
            if bearer is not None and bearer.framework != own:
                yield _taken(kind, entry, entry.slug, bearer.framework)
    for skill in catalogue.skills or ():
        yield from _taken_skill_slugs(skill, stored, matches, own)


def _taken_skill_slugs(
    skill: SkillEntry, stored: Stored, matches: Mapping[str, StoredSkill], own: str
) -> Iterator[Fault]:
    match = matches.get(skill.slug)
    for slug in (skill.slug, *skill.former_slugs):
        bearer = stored.bearers.get(Kind.SKILLS, {}).get(slug)
        if bearer is None or (match is not None and bearer.id == match.id):
            continue
        key = "slug" if slug == skill.slug else "formerSlugs"
        if bearer.framework != own:
            yield _taken(Kind.SKILLS, skill, slug, bearer.framework, key=key)
        elif key == "slug":
            yield skill.origin.fault(
                f"slug: {quoted(slug)} is a former slug of the skill {quoted(bearer.slug)} and still leads to it. "
                f"To rename that skill back, add `formerSlugs: [{bearer.slug}]`; for a new skill choose another slug.",
                key=key,
            )
        else:
            yield skill.origin.fault(
                f"formerSlugs: {quoted(slug)} leads to the skill {quoted(bearer.slug)}, which is another one: "
                "take it out.",
                key=key,
            )


def _taken(kind: Kind, entry: Entry, slug: str, framework: str, key: str = "slug") -> Fault:
    return entry.origin.fault(
        f"{key}: {quoted(slug)} is a {kind.singular} of the framework {quoted(framework)} already, and slugs are "
        "unique over all frameworks: choose another, or name that framework in the file.",
        key=key,
    )
