"""Compares what the files want with what the database holds: pure, and the same for a dry run and an import."""

from collections.abc import Iterator, Mapping

from service.catalogue.content import Content
from service.catalogue.files.entries import CatalogueFile, Kind
from service.catalogue.files.faults import Fault, FaultyCatalogue, quoted
from service.catalogue.files.planning.matching import (
    framework_faults,
    framework_slug,
    match_skills,
    taken_slug_faults,
)
from service.catalogue.files.planning.plan import Blueprint, Ids, ImportPlan
from service.catalogue.files.planning.pruning import Pruned, pruned_slugs, pruning_faults
from service.catalogue.files.planning.references import planned_ids, reference_faults, wanted_content
from service.catalogue.files.planning.sections import plan_framework, plan_rows
from service.catalogue.files.planning.skill_plans import plan_skills
from service.catalogue.files.stored import Stored, StoredSkill

_NOTHING_PRUNED: Pruned = {kind: set() for kind in Kind}


def draw_up(catalogue: CatalogueFile, stored: Stored, *, prune: bool) -> Blueprint:
    """All that has to be written so that the database is as the files want it.

    Raises:
        FaultyCatalogue: with the faults of the files and those against the database.
    """
    matches = match_skills(catalogue, stored)
    # Without the entries that have faults nobody can tell what is missing on purpose.
    pruned = pruned_slugs(catalogue, stored, matches) if prune and not catalogue.faults else _NOTHING_PRUNED
    ids = planned_ids(catalogue, stored, matches, pruned)
    faults = [*catalogue.faults, *framework_faults(catalogue, stored)]
    faults += taken_slug_faults(catalogue, stored, matches)
    if catalogue.is_whole:
        faults += reference_faults(catalogue, stored, matches, ids, pruned)
    faults += _equal_ranks(catalogue, stored, pruned)
    if faults:
        raise FaultyCatalogue(faults)

    wanted = {
        entry.slug: wanted_content(entry, matches[entry.slug], ids, prune=prune)
        for entry in catalogue.skills or ()
        if entry.slug in matches
    }
    faults += pruning_faults(catalogue, stored, pruned, _left(stored, matches, pruned, wanted))
    if faults:
        raise FaultyCatalogue(faults)

    return _blueprint(catalogue, stored, matches, pruned, ids, wanted, prune=prune)


def _equal_ranks(catalogue: CatalogueFile, stored: Stored, pruned: Pruned) -> Iterator[Fault]:
    """Levels of the files whose rank a stored level holds that the files do not mention."""
    named = {level.slug for level in catalogue.levels or ()}
    others = {
        row.fields["rank"]: slug
        for slug, row in stored.rows[Kind.LEVELS].items()
        if slug not in named and slug not in pruned[Kind.LEVELS]
    }
    for level in catalogue.levels or ():
        if (rank := level.fields.get("rank")) in others:
            reason = f"rank: The level {quoted(others[rank])} of the framework has the rank {rank}: give each its own."
            yield level.origin.fault(reason, key="rank")


def _left(
    stored: Stored, matches: Mapping[str, StoredSkill], pruned: Pruned, wanted: Mapping[str, Content]
) -> dict[int, Content]:
    """The stored skills that stay, by id, as they will be."""
    kept = {
        skill.id: skill.content for slug, skill in stored.skills.items() if slug not in pruned[Kind.SKILLS]
    }
    return kept | {skill.id: wanted[slug] for slug, skill in matches.items()}


def _blueprint(
    catalogue: CatalogueFile,
    stored: Stored,
    matches: Mapping[str, StoredSkill],
    pruned: Pruned,
    ids: Ids,
    wanted: Mapping[str, Content],
    *,
    prune: bool,
) -> Blueprint:
    framework, rows = plan_framework(catalogue, stored), plan_rows(catalogue, stored, pruned)
    skills = plan_skills(catalogue, stored, matches, wanted, ids, pruned)
    tallies = {Kind.FRAMEWORK: framework.tally()} | {kind: section.tally() for kind, section in rows.items()}
    tallies |= {Kind.SKILLS: skills.skills, Kind.REQUIREMENTS: skills.requirements}
    summary = ImportPlan(framework_slug(catalogue, stored), tallies)
    return Blueprint(
        summary=summary,
        framework_id=stored.framework.id if stored.framework is not None else None,
        framework=framework,
        ids=ids,
        rows=rows,
        new_skills=skills.new,
        changed_skills=skills.changed,
        removed_skills=skills.removed,
        is_pruning=prune,
    )
