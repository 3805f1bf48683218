"""A catalogue as its files state it.

An entry's `fields` hold only what the file gives: on import a field that is left out keeps its stored value. They bear
the names of the tables' columns, with slugs where a column holds an id: `group`, `replaced_by`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from service.catalogue.content import Fields
from service.catalogue.files.faults import Fault


class Kind(StrEnum):
    """What a catalogue consists of, in the order in which it is written; the value names it in a plan."""

    FRAMEWORK = "framework"
    LEVELS = "levels"
    ROLES = "roles"
    DOMAINS = "domains"
    GROUPS = "groups"
    SKILLS = "skills"
    REQUIREMENTS = "requirements"

    @property
    def singular(self) -> str:
        """The word for one of them."""
        return self.value.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry stands: its file, its first line, and the lines of its values by their keys."""

    file: str = ""
    line: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, reason: str, *, key: str | None = None) -> Fault:
        """A fault of the entry, or of the value under a key."""
        return Fault(self.file, self.line if key is None else self.lines.get(key, self.line), reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A framework, a level, a role or a group."""

    slug: str
    fields: Fields
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEntry(Entry):
    """A domain with its groups; None where the file says nothing of them."""

    groups: tuple[Entry, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementEntry:
    """What a role asks at a level; always stated whole, so that a proficiency left out is none."""

    role: str
    level: str
    fields: Fields
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillEntry(Entry):
    """A skill; None where the file does not speak of its requirements or its last update."""

    former_slugs: tuple[str, ...] = ()
    last_updated_on: date | None = None
    requirements: tuple[RequirementEntry, ...] | None = None


@dataclass(frozen=True)
class CatalogueFile:
    """All that one catalogue file, or a folder of them, states. None is a section that no file has.

    `faults` are those found so far. With `is_whole` false a file could not be read at all, so that what seems to be
    missing may stand there.
    """

    path: str = field(default="", compare=False)
    framework: Entry | None = None
    levels: tuple[Entry, ...] | None = None
    roles: tuple[Entry, ...] | None = None
    domains: tuple[DomainEntry, ...] | None = None
    skills: tuple[SkillEntry, ...] | None = None
    faults: tuple[Fault, ...] = ()
    is_whole: bool = True

    @property
    def groups(self) -> Iterator[Entry]:
        """The groups of all domains."""
        for domain in self.domains or ():
            yield from domain.groups or ()

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        """The levels, roles, domains, groups or skills."""
        match kind:
            case Kind.LEVELS:
                return self.levels or ()
            case Kind.ROLES:
                return self.roles or ()
            case Kind.DOMAINS:
                return self.domains or ()
            case Kind.GROUPS:
                return tuple(self.groups)
            case Kind.SKILLS:
                return self.skills or ()
            case _:
                raise ValueError(kind)
