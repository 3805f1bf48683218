"""What an import is going to do: the summary that people read, and the blueprint that the writing follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.catalogue.content import Fields
from service.catalogue.files.entries import Kind, SkillEntry
from service.catalogue.files.stored import StoredRow, StoredSkill

# The ids behind slugs, by kind; negative ones are of what is yet to be written.
Ids = Mapping[Kind, Mapping[str, int]]


@dataclass(frozen=True)
class Tally:
    """What happens to one kind of things: their names, and how many stay as they are.

    A requirement's name is `skill/level/role`, everything else's its slug.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing happens."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True)
class ImportPlan:
    """What an import of these files into this database does, by kind."""

    framework: str
    tallies: Mapping[Kind, Tally]

    @property
    def is_empty(self) -> bool:
        """The database is as the files want it."""
        return all(tally.is_empty for tally in self.tallies.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """`{"levels": {"added": 5, "changed": 0, "removed": 0, "unchanged": 0}, …}` for all seven kinds."""
        return {
            kind.value: {
                "added": len(tally.added),
                "changed": len(tally.changed),
                "removed": len(tally.removed),
                "unchanged": tally.unchanged,
            }
            for kind, tally in self.tallies.items()
        }


@dataclass(frozen=True, slots=True)
class RowPlan:
    """A level, a role, a domain or a group as it shall be; a new one has no id yet."""

    slug: str
    id: int | None
    fields: Fields
    position: int


@dataclass(frozen=True)
class Section:
    """All that happens to one kind of rows. `shifted` ones only make room for others in the order."""

    added: tuple[RowPlan, ...] = ()
    changed: tuple[RowPlan, ...] = ()
    shifted: tuple[RowPlan, ...] = ()
    removed: tuple[StoredRow, ...] = ()
    unchanged: int = 0

    def tally(self) -> Tally:
        """The summary."""
        return Tally(
            added=tuple(row.slug for row in self.added),
            changed=tuple(row.slug for row in self.changed),
            removed=tuple(row.slug for row in self.removed),
            unchanged=self.unchanged,
        )


@dataclass(frozen=True, slots=True)
class SkillPlan:
    """An existing skill that changes in its content, in its date, or in the slugs that lead to it."""

    entry: SkillEntry
    stored: StoredSkill
    is_revised: bool
    new_date: date | None
    new_former_slugs: tuple[str, ...]


@dataclass(frozen=True)
class Blueprint:
    """Everything that the writing needs. The framework's own section holds its one row."""

    summary: ImportPlan
    framework_id: int | None
    framework: Section
    ids: Ids
    rows: Mapping[Kind, Section]
    new_skills: Sequence[SkillEntry]
    changed_skills: Sequence[SkillPlan]
    removed_skills: Sequence[StoredSkill]
    is_pruning: bool
