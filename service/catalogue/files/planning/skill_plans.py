"""What happens to the skills and their requirements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from service.catalogue.content import Change, ChangeKind, Content, Place, diff
from service.catalogue.files.entries import CatalogueFile, Kind, SkillEntry
from service.catalogue.files.planning.plan import Ids, SkillPlan, Tally
from service.catalogue.files.planning.pruning import Pruned
from service.catalogue.files.stored import Stored, StoredSkill


@dataclass
class SkillPlans:
    """New, changed and removed skills, and the summaries of skills and requirements."""

    new: list[SkillEntry] = field(default_factory=list)
    changed: list[SkillPlan] = field(default_factory=list)
    removed: list[StoredSkill] = field(default_factory=list)
    skills: Tally = field(default_factory=Tally)
    requirements: Tally = field(default_factory=Tally)


def plan_skills(
    catalogue: CatalogueFile,
    stored: Stored,
    matches: Mapping[str, StoredSkill],
    wanted: Mapping[str, Content],
    ids: Ids,
    pruned: Pruned,
) -> SkillPlans:
    """Compare each matched skill with its `wanted` content."""
    plans = SkillPlans(removed=[stored.skills[slug] for slug in sorted(pruned[Kind.SKILLS])])
    tracks = _Requirements(_Names.of(stored, ids))
    unchanged = 0
    for entry in catalogue.skills or ():
        match = matches.get(entry.slug)
        if match is None:
            plans.new.append(entry)
            tracks.add_new(entry)
            continue
        changes = diff(match.content, wanted[entry.slug])
        tracks.add_changes(entry.slug, changes, total=len(wanted[entry.slug].requirements))
        plan = _skill_plan(entry, match, is_revised=bool(changes))
        if plan.is_revised or plan.new_date or plan.new_former_slugs:
            plans.changed.append(plan)
        else:
            unchanged += 1
    for skill in plans.removed:
        tracks.add_removed(skill)
    plans.skills = Tally(
        added=tuple(entry.slug for entry in plans.new),
        changed=tuple(plan.entry.slug for plan in plans.changed),
        removed=tuple(skill.slug for skill in plans.removed),
        unchanged=unchanged,
    )
    plans.requirements = tracks.tally()
    return plans


def _skill_plan(entry: SkillEntry, stored: StoredSkill, *, is_revised: bool) -> SkillPlan:
    differs = entry.last_updated_on is not None and entry.last_updated_on != stored.last_updated_on
    # A rename keeps the present slug by itself.
    known = stored.former_slugs | {stored.slug}
    return SkillPlan(
        entry=entry,
        stored=stored,
        is_revised=is_revised,
        new_date=entry.last_updated_on if differs and not is_revised else None,
        new_former_slugs=tuple(slug for slug in entry.former_slugs if slug not in known),
    )


@dataclass(frozen=True)
class _Names:
    """Slugs by id."""

    levels: Mapping[int, str]
    roles: Mapping[int, str]

    @classmethod
    def of(cls, stored: Stored, ids: Ids) -> "_Names":
        def by_id(kind: Kind) -> dict[int, str]:
            known = {row.id: slug for slug, row in stored.rows[kind].items()}
            return known | {row_id: slug for slug, row_id in ids[kind].items()}

        return cls(by_id(Kind.LEVELS), by_id(Kind.ROLES))

    def place(self, skill: str, place: Place) -> str:
        return f"{skill}/{self.levels[place.level_id]}/{self.roles[place.role_id]}"


@dataclass
class _Requirements:
    """Counts requirements as skill after skill is compared."""

    names: _Names
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def add_new(self, entry: SkillEntry) -> None:
        stated = entry.requirements or ()
        self.added += [f"{entry.slug}/{requirement.level}/{requirement.role}" for requirement in stated]

    def add_changes(self, skill: str, changes: Iterable[Change], *, total: int) -> None:
        lists = {
            ChangeKind.ADD_REQUIREMENT: self.added,
            ChangeKind.EDIT_REQUIREMENT: self.changed,
            ChangeKind.REMOVE_REQUIREMENT: self.removed,
        }
        self.unchanged += total
        for change in changes:
            if change.place is not None:
                lists[change.kind].append(self.names.place(skill, change.place))
                self.unchanged -= change.kind is not ChangeKind.REMOVE_REQUIREMENT

    def add_removed(self, skill: StoredSkill) -> None:
        self.removed += [self.names.place(skill.slug, place) for place in sorted(skill.content.requirements)]

    def tally(self) -> Tally:
        return Tally(tuple(self.added), tuple(self.changed), tuple(self.removed), self.unchanged)
