"""Puts the parts of several files together, and finds the faults between them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from service.catalogue.files.entries import CatalogueFile, Entry, Kind, Origin, SkillEntry
from service.catalogue.files.faults import Fault, Notebook, quoted
from service.catalogue.files.reading.forms import Part

Joined = TypeVar("Joined")


def merge(path: str, parts: Sequence[Part], notebooks: Sequence[Notebook]) -> CatalogueFile:
    """One catalogue of all parts, in their order, with the faults of the notebooks and those between the parts."""
    faults = [fault for notebook in notebooks for fault in notebook.faults]
    frameworks = [part.framework for part in parts if part.framework is not None]
    merged = CatalogueFile(
        path=path,
        framework=frameworks[0] if frameworks else None,
        levels=_joined([part.levels for part in parts]),
        roles=_joined([part.roles for part in parts]),
        domains=_joined([part.domains for part in parts]),
        skills=_joined([part.skills for part in parts]),
    )
    faults += _differing_frameworks(frameworks)
    for kind in (Kind.LEVELS, Kind.ROLES, Kind.DOMAINS, Kind.GROUPS, Kind.SKILLS):
        faults += _twice(kind, merged.entries(kind))
    faults += _equal_ranks(merged.levels or ())
    faults += _former_slugs_in_use(merged.skills or ())
    return replace(merged, faults=tuple(faults), is_whole=all(notebook.is_whole for notebook in notebooks))


def _joined(sections: Sequence[list[Joined] | None]) -> tuple[Joined, ...] | None:
    given = [section for section in sections if section is not None]
    return tuple(entry for section in given for entry in section) if given else None


def _differing_frameworks(frameworks: Sequence[Entry]) -> list[Fault]:
    """Every file may name the framework, as long as all say the same of it."""
    return [
        other.origin.fault(
            f"The framework is described differently in {_place(frameworks[0].origin)}: an import is of one "
            "framework, described in one place."
        )
        for other in frameworks[1:]
        if other != frameworks[0]
    ]


def _twice(kind: Kind, entries: Iterable[Entry]) -> list[Fault]:
    first: dict[str, Entry] = {}
    return [
        entry.origin.fault(
            f"The {kind.singular} {quoted(entry.slug)} stands in {_place(same.origin)} already: keep one.",
            key="slug",
        )
        for entry in entries
        if (same := first.setdefault(entry.slug, entry)) is not entry
    ]


def _equal_ranks(levels: Iterable[Entry]) -> list[Fault]:
    first: dict[object, Entry] = {}
    return [
        level.origin.fault(
            f"rank: The level {quoted(same.slug)} has the rank {rank} as well: give each its own.", key="rank"
        )
        for level in levels
        if (rank := level.fields.get("rank")) is not None
        and (same := first.setdefault(rank, level)) is not level
    ]


def _former_slugs_in_use(skills: Sequence[SkillEntry]) -> list[Fault]:
    """A former slug leads to one skill: no other may bear it, or have borne it."""
    bearers = {skill.slug: skill for skill in skills}
    faults = []
    for skill in skills:
        for slug in skill.former_slugs:
            bearer = bearers.setdefault(slug, skill)
            if bearer is not skill:
                reason = f"formerSlugs: {quoted(slug)} leads to the skill {quoted(bearer.slug)}: take it out of one."
                faults.append(skill.origin.fault(reason, key="formerSlugs"))
    return faults


def _place(origin: Origin) -> str:
    return f"{origin.file}:{origin.line}"
