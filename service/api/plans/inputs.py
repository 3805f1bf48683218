"""What the mutations of plans are given."""

import strawberry

from service.api.node import row_id
from service.plans.rules import Place, PlaceNotFound, Wish


@strawberry.input(description="Where the viewer stands and what they aim for.")
class SetPlanInput:
    """It takes the place of what was said before, as a whole."""

    role_id: strawberry.ID | None = strawberry.field(
        description="The id of the role; null for no plan any more. What is ticked stays."
    )
    level_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the level reached; null for none yet."
    )
    goal_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the level to reach; null for the next one."
    )


@strawberry.input(description="An expectation: a sentence or list item of what a role asks at a level.")
class ExpectationInput:
    """By its place and its words, so that it can be named when the requirement has gone."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")
    role_id: strawberry.ID = strawberry.field(description="The role's id.")
    level_id: strawberry.ID = strawberry.field(description="The level's id.")
    text: str = strawberry.field(description="The sentence or list item, letter by letter.")

    def place(self) -> Place:
        """The rows' ids.

        Raises:
            PlaceNotFound: one of these is no id of its kind.
        """
        found = (row_id(self.skill_id, "Skill"), row_id(self.role_id, "Role"), row_id(self.level_id, "Level"))
        match found:
            case (int(skill), int(role), int(level)):
                return Place(skill, role, level)
        raise PlaceNotFound


@strawberry.input(description="An expectation to tick.")
class TickInput(ExpectationInput):
    """What was ticked without signing in may be sent later, with the revision of that time."""

    revision: int | None = strawberry.field(
        default=None,
        description="The requirement's `revision` as it was read; null for the present one. With an earlier one, words "
        "that have gone meanwhile can be ticked, as changed since.",
    )

    def wish(self) -> Wish:
        """As the action takes it. Raises PlaceNotFound."""
        return Wish(self.place(), self.text, self.revision)


@strawberry.input(description="Expectations to tick.")
class TickExpectationsInput:
    """By the viewer."""

    expectations: list[TickInput] = strawberry.field(description="From 1 to 100.")


@strawberry.input(description="Expectations to tick no longer.")
class UntickExpectationsInput:
    """By the viewer."""

    expectations: list[ExpectationInput] = strawberry.field(description="From 1 to 100.")
