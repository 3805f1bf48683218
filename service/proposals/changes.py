"""What a contributor may wish for, as plain values: the four kinds of change, for one skill or for several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.catalogue.content import Change, Fields
from service.catalogue.models import Necessity, Proficiency
from service.proposals.resolving import FieldSide


@dataclass(frozen=True)
class EditSkill:
    """New values of the skill's own fields; a field that is not named stays. `replaced_by` is a slug."""

    fields: Mapping[str, object]


@dataclass(frozen=True)
class AddRequirement:
    """A requirement for a role at a level (by their slugs) where none stands."""

    role: str
    level: str
    necessity: Necessity
    description: str
    proficiency: Proficiency | None = None


@dataclass(frozen=True)
class EditRequirement:
    """New values of an existing requirement's fields; a field that is not named stays."""

    requirement_id: int | None
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class RemoveRequirement:
    """The end of an existing requirement."""

    requirement_id: int | None


RequestedChange = EditSkill | AddRequirement | EditRequirement | RemoveRequirement


@dataclass(frozen=True)
class SkillWish:
    """What is wished for one skill, written against one of its revisions.

    `skill_id` is None for an id of nothing; `path` leads to the wish in what the contributor sent.
    """

    skill_id: int | None
    base_revision: int
    changes: Sequence[RequestedChange]
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What a proposal changes in one skill: the value of each field at the base revision, and the wished one."""

    skill_id: int
    base_revision: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class FieldChoice:
    """What is to stand in a field of one of the proposal's changes; `text` is the value where the side is TEXT."""

    change_id: int | None
    field: str
    side: FieldSide
    text: str | None = None
    path: tuple[str, ...] = ()
