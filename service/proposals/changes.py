"""What a contributor may wish for, as plain values: the four kinds of change of a proposal."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.catalogue.content import Fields
from service.catalogue.models import Necessity, Proficiency


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
