"""What `--prune` takes away, and what speaks against it.

Only sections that the files have are pruned: files without `roles` leave all roles alone.
"""

from collections.abc import Iterator, Mapping, Set

from service.catalogue.content import Content
from service.catalogue.files.entries import CatalogueFile, Kind
from service.catalogue.files.faults import Fault, quoted
from service.catalogue.files.stored import Stored, StoredSkill

Pruned = Mapping[Kind, Set[str]]


def pruned_slugs(catalogue: CatalogueFile, stored: Stored, matches: Mapping[str, StoredSkill]) -> Pruned:
    """The slugs of each kind that the files do not mention any more."""
    pruned: dict[Kind, Set[str]] = {}
    for kind, section in (
        (Kind.LEVELS, catalogue.levels),
        (Kind.ROLES, catalogue.roles),
        (Kind.DOMAINS, catalogue.domains),
    ):
        named = {entry.slug for entry in section or ()}
        pruned[kind] = set() if section is None else stored.rows[kind].keys() - named
    pruned[Kind.GROUPS] = _pruned_groups(catalogue, stored, pruned[Kind.DOMAINS])
    kept = {skill.slug for skill in matches.values()}
    pruned[Kind.SKILLS] = set() if catalogue.skills is None else stored.skills.keys() - kept
    return pruned


def _pruned_groups(catalogue: CatalogueFile, stored: Stored, pruned_domains: Set[str]) -> Set[str]:
    """Those that no domain has any more, among the domains that list theirs or go themselves."""
    listing = pruned_domains | {
        domain.slug for domain in catalogue.domains or () if domain.groups is not None
    }
    named = {group.slug for group in catalogue.groups}
    groups = stored.rows[Kind.GROUPS].values()
    return {group.slug for group in groups if group.fields["domain"] in listing and group.slug not in named}


def pruning_faults(
    catalogue: CatalogueFile, stored: Stored, pruned: Pruned, wanted: Mapping[int, Content]
) -> Iterator[Fault]:
    """Everything pruned that something left still needs. `wanted` is what stays of the stored skills, by id."""
    yield from _proposed_skills(catalogue, stored, pruned)
    yield from _replacing_skills(catalogue, stored, pruned, wanted)
    for kind in (Kind.LEVELS, Kind.ROLES, Kind.GROUPS):
        yield from _needed_by_skills(kind, catalogue, stored, pruned, wanted)
    for kind in (Kind.LEVELS, Kind.ROLES):
        yield from _named_by_proposals(kind, catalogue, stored, pruned, wanted)


def _proposed_skills(catalogue: CatalogueFile, stored: Stored, pruned: Pruned) -> Iterator[Fault]:
    for slug in sorted(pruned[Kind.SKILLS]):
        numbers = stored.open_proposals.get(stored.skills[slug].id, ())
        if numbers:
            yield _kept(Kind.SKILLS, slug, f"{_proposals(numbers)} open: decide first", catalogue)


def _replacing_skills(
    catalogue: CatalogueFile, stored: Stored, pruned: Pruned, wanted: Mapping[int, Content]
) -> Iterator[Fault]:
    ids = {stored.skills[slug].id: slug for slug in pruned[Kind.SKILLS]}
    for replacer in stored.replacers:
        content = wanted.get(replacer.id)
        target = replacer.replaced_by_id if content is None else content.fields.get("replaced_by_id")
        if isinstance(target, int) and target in ids and replacer.id not in ids:
            reason = f"it replaces the skill {quoted(replacer.slug)}: name another there first"
            yield _kept(Kind.SKILLS, ids[target], reason, catalogue)


def _needed_by_skills(
    kind: Kind, catalogue: CatalogueFile, stored: Stored, pruned: Pruned, wanted: Mapping[int, Content]
) -> Iterator[Fault]:
    slugs = {stored.rows[kind][slug].id: slug for slug in pruned[kind]}
    needed: dict[str, list[str]] = {}
    for content in wanted.values():
        used = _used(kind, content)
        for row_id in slugs.keys() & used:
            needed.setdefault(slugs[row_id], []).append(str(content.fields["slug"]))
    for slug, skills in sorted(needed.items()):
        others = f" and {len(skills) - 3} more" if len(skills) > 3 else ""
        yield _kept(
            kind, slug, f"skills that stay need it ({', '.join(sorted(skills)[:3])}{others})", catalogue
        )


def _used(kind: Kind, content: Content) -> Set[object]:
    match kind:
        case Kind.LEVELS:
            return {place.level_id for place in content.requirements}
        case Kind.ROLES:
            return {place.role_id for place in content.requirements}
        case _:
            return {content.fields["group_id"]}


def _named_by_proposals(
    kind: Kind, catalogue: CatalogueFile, stored: Stored, pruned: Pruned, wanted: Mapping[int, Content]
) -> Iterator[Fault]:
    """A proposal, even a decided one, keeps the role and the level that it speaks of."""
    for slug in sorted(pruned[kind]):
        row_id = stored.rows[kind][slug].id
        numbers = {
            place.number
            for place in stored.proposal_places
            if place.skill_id in wanted
            and row_id == (place.level_id if kind is Kind.LEVELS else place.role_id)
        }
        if numbers:
            yield _kept(kind, slug, f"{_proposals(sorted(numbers))} about it", catalogue)


def _proposals(numbers: tuple[int, ...] | list[int]) -> str:
    listed = ", ".join(f"#{number}" for number in numbers[:10])
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"the proposal {listed} is" if len(numbers) == 1 else f"the proposals {listed}{more} are"


def _kept(kind: Kind, slug: str, why: str, catalogue: CatalogueFile) -> Fault:
    reason = f"The {kind.singular} {quoted(slug)} cannot be pruned, because {why}. Or keep it in the files."
    return Fault(catalogue.path, None, reason)
