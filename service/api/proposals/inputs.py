"""What a contributor sends: inputs, and the domain's wishes that they mean."""

from dataclasses import fields
from typing import Any

import strawberry

from service.api.differences import column_of
from service.api.enums import describe_enum
from service.api.node import row_id
from service.catalogue.models import Necessity, Proficiency, SkillStatus
from service.errors import InvalidInput
from service.proposals import changes
from service.proposals.changes import FieldChoice, SkillWish
from service.proposals.resolving import FieldSide

describe_enum(
    FieldSide,
    "Whose value is to stand in a field.",
    MINE="The one proposed.",
    THEIRS="The one that stands in the catalogue now.",
    TEXT="Another one, which is given.",
)


@strawberry.input(
    description="New values of the skill's own fields. A field that is left out stays as it is."
)
class EditSkillInput:
    """At least one."""

    slug: strawberry.Maybe[str] = strawberry.field(description="A new slug; the old one keeps leading here.")
    name: strawberry.Maybe[str] = strawberry.field(description="The name to show.")
    summary: strawberry.Maybe[str] = strawberry.field(description="What the skill is, in a sentence or two.")
    keywords: strawberry.Maybe[list[str]] = strawberry.field(description="All keywords, in order.")
    status: strawberry.Maybe[SkillStatus] = strawberry.field(description="Where it stands in its life.")
    replaced_by: strawberry.Maybe[str | None] = strawberry.field(
        description="The slug of a deprecated skill's successor; null for none."
    )

    def meaning(self) -> changes.EditSkill:
        """The domain's wish."""
        return changes.EditSkill(_given(self))


@strawberry.input(description="A requirement for a role at a level where none stands.")
class AddRequirementInput:
    """Role and level are of the skill's framework."""

    role: str = strawberry.field(description="The role's slug.")
    level: str = strawberry.field(description="The level's slug.")
    necessity: Necessity = strawberry.field(description="Whether it must be covered.")
    description: str = strawberry.field(description="The expectation, in words: 1 to 10,000 characters.")
    proficiency: Proficiency | None = strawberry.field(default=None, description="How deep it goes.")

    def meaning(self) -> changes.AddRequirement:
        """The domain's wish."""
        return changes.AddRequirement(
            role=self.role,
            level=self.level,
            necessity=self.necessity,
            description=self.description,
            proficiency=self.proficiency,
        )


@strawberry.input(
    description="New values of a requirement's fields. A field that is left out stays as it is."
)
class EditRequirementInput:
    """At least one besides the id."""

    requirement_id: strawberry.ID = strawberry.field(description="The requirement's id.")
    necessity: strawberry.Maybe[Necessity] = strawberry.field(description="Whether it must be covered.")
    proficiency: strawberry.Maybe[Proficiency | None] = strawberry.field(
        description="How deep it goes; null to leave that unsaid."
    )
    description: strawberry.Maybe[str] = strawberry.field(description="The expectation, in words.")

    def meaning(self) -> changes.EditRequirement:
        """The domain's wish; an id of something else is an id of nothing."""
        return changes.EditRequirement(row_id(self.requirement_id, "Requirement"), _given(self))


@strawberry.input(description="The end of a requirement.")
class RemoveRequirementInput:
    """Its text stays in the history."""

    requirement_id: strawberry.ID = strawberry.field(description="The requirement's id.")

    def meaning(self) -> changes.RemoveRequirement:
        """The domain's wish; an id of something else is an id of nothing."""
        return changes.RemoveRequirement(row_id(self.requirement_id, "Requirement"))


@strawberry.input(one_of=True, description="One change of a proposal: exactly one of these.")
class ProposalChangeInput:
    """A new kind is one more member here, one more in `service.proposals.changes`."""

    edit_skill: strawberry.Maybe[EditSkillInput] = strawberry.field(description="Change the skill itself.")
    add_requirement: strawberry.Maybe[AddRequirementInput] = strawberry.field(
        description="Add a requirement."
    )
    edit_requirement: strawberry.Maybe[EditRequirementInput] = strawberry.field(
        description="Change a requirement."
    )
    remove_requirement: strawberry.Maybe[RemoveRequirementInput] = strawberry.field(
        description="Take a requirement away."
    )

    def meaning(self) -> changes.RequestedChange:
        """The domain's wish of the one member that is given."""
        for item in fields(self):
            member = getattr(self, item.name)
            if member is not None:
                wish: changes.RequestedChange = member.value.meaning()
                return wish
        raise InvalidInput("Give exactly one kind of change.", path=("changes",))


@strawberry.input(description="What is to change in one skill of several.")
class SkillChangesInput:
    """Written against a revision of the skill."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")
    base_revision: int = strawberry.field(description="The skill's revision that you have read.")
    changes: list[ProposalChangeInput] = strawberry.field(description="At least one change.")


@strawberry.input(description="What is to stand in a field that one of a proposal's changes touches.")
class FieldChoiceInput:
    """Of the version that was read."""

    change_id: strawberry.ID = strawberry.field(description="The change's id.")
    field: str = strawberry.field(description="The field's name, as the change has it.")
    side: FieldSide = strawberry.field(description="Whose value is to stand there.")
    text: str | None = strawberry.field(
        default=None,
        description="With TEXT: the value. A list has one item a line; an enum's value stands there by its name.",
    )


def choices_of(choices: list[FieldChoiceInput], name: str) -> list[FieldChoice]:
    """The domain's choices; `name` is that of the input's field."""
    return [
        FieldChoice(
            row_id(each.change_id, "ProposalChange"),
            column_of(each.field),
            each.side,
            each.text,
            path=(name, str(index)),
        )
        for index, each in enumerate(choices)
    ]


def wishes_of(
    skill_id: str | None,
    base_revision: int | None,
    changes: list[ProposalChangeInput] | None,
    skills: list[SkillChangesInput] | None,
) -> list[SkillWish]:
    """What is wished for one skill, or else for each of several.

    Raises:
        InvalidInput: neither is given whole, or both are.
    """
    if skills is not None and (skill_id, base_revision, changes) == (None, None, None):
        return [
            _wish(each.skill_id, each.base_revision, each.changes, "skills", str(index))
            for index, each in enumerate(skills)
        ]
    if skills is not None or skill_id is None or base_revision is None or changes is None:
        raise InvalidInput(
            "Give skillId, baseRevision and changes for one skill, or else skills.", path=("skills",)
        )
    return [_wish(skill_id, base_revision, changes)]


def _wish(skill_id: str, base_revision: int, changes: list[ProposalChangeInput], *path: str) -> SkillWish:
    meanings = [change.meaning() for change in changes]
    return SkillWish(row_id(skill_id, "Skill"), base_revision, meanings, path)


def _given(given: EditSkillInput | EditRequirementInput) -> dict[str, Any]:
    """The fields that were sent, by name; an enum by its value, as the catalogue keeps it."""
    sent = {item.name: getattr(given, item.name) for item in fields(given) if item.name != "requirement_id"}
    values = {name: some.value for name, some in sent.items() if some is not None}
    return {name: getattr(value, "value", value) for name, value in values.items()}
