"""What the database holds, as far as an import or an export needs it: plain values, read under the import's locks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from service.catalogue.content import Content, Fields
from service.catalogue.files.entries import Kind


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A framework, a level, a role, a domain or a group. A group's `fields` name its domain by its slug."""

    id: int
    slug: str
    fields: Fields
    position: int = 0


@dataclass(frozen=True, slots=True)
class StoredSkill:
    """A skill with its content; `last_updated_on` is its date in UTC."""

    id: int
    revision: int
    last_updated_on: date
    content: Content
    former_slugs: frozenset[str]

    @property
    def slug(self) -> str:
        """The present slug."""
        return str(self.content.fields["slug"])


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a slug now or, for a skill, bore it before."""

    id: int
    slug: str
    framework: str


@dataclass(frozen=True, slots=True)
class Replacer:
    """A skill that names another as the one that replaces it."""

    id: int
    slug: str
    replaced_by_id: int


@dataclass(frozen=True, slots=True)
class ProposalPlace:
    """A proposal, in whatever state, that speaks of a role at a level in a skill."""

    number: int
    skill_id: int
    role_id: int
    level_id: int


@dataclass(frozen=True)
class Stored:
    """The framework's state.

    `rows` holds the levels, roles, domains and groups by slug, each kind in its order. `skills` holds those that the
    files name, and all of the framework's where missing ones are to be pruned. `bearers` knows every slug that the
    files use, in any framework. The last three serve pruning only.
    """

    framework: StoredRow | None
    is_first_framework: bool
    rows: Mapping[Kind, Mapping[str, StoredRow]]
    skills: Mapping[str, StoredSkill]
    bearers: Mapping[Kind, Mapping[str, Bearer]]
    open_proposals: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    proposal_places: tuple[ProposalPlace, ...] = ()
    replacers: tuple[Replacer, ...] = ()
