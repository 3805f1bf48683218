"""What a proposal would come to, as its author or a reviewer sees it beforehand."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from service.api.context import Info
from service.api.differences import FieldDifference, differences
from service.api.enums import describe_enum
from service.api.node import find_row
from service.api.permissions import signed_in
from service.catalogue.content import Place
from service.notifications.reaching import count_reached
from service.proposals import preview
from service.proposals.lint import Finding, LintKind
from service.proposals.similar import Similar

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Role, Skill
    from service.api.proposals.types import Proposal

describe_enum(
    LintKind,
    "What deserves a second look; none of it forbids anything.",
    SAME_TEXT="Another role or another skill has the same text, but for the names in it.",
    DUPLICATE="The role is asked the very same at another level of the skill.",
    LEVEL_GAP="The role has the levels right below and above, but not this one.",
    SPARSE_TEXT="Without the names fewer than three words are left.",
)

_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]
_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]


@strawberry.type(description="The numbers of a skill's page.")
class PageNumbers:
    """Now, or as they would be."""

    role_count: int = strawberry.field(description="Roles with at least one requirement.")
    level_count: int = strawberry.field(description="Levels with at least one requirement.")
    mandatory_requirement_count: int = strawberry.field(description="Requirements that must be covered.")
    optional_requirement_count: int = strawberry.field(description="Requirements that are good to have.")


@strawberry.type(description="A place in a skill: what a role is asked at a level.")
class RequirementPlace:
    """Whether or not a requirement stands there."""

    skill_id: strawberry.Private[int]
    place: strawberry.Private[Place]

    @strawberry.field(description="The skill.")
    async def skill(self, info: Info) -> _Skill:
        """It is there."""
        found: Skill = await find_row(info, "Skill", self.skill_id)
        return found

    @strawberry.field(description="The role.")
    async def role(self, info: Info) -> _Role | None:
        """Null where it has just gone."""
        found: Role | None = await find_row(info, "Role", self.place.role_id)
        return found

    @strawberry.field(description="The level.")
    async def level(self, info: Info) -> _Level | None:
        """Null where it has just gone."""
        found: Level | None = await find_row(info, "Level", self.place.level_id)
        return found


@strawberry.type(description="What a rule found in a skill as it would be.")
class LintFinding:
    """At a place of it."""

    finding: strawberry.Private[Finding]

    @strawberry.field(description="What the rule looks for.")
    def kind(self) -> LintKind:
        """One of few."""
        return self.finding.kind

    @strawberry.field(description="Where.")
    def at(self) -> RequirementPlace:
        """In the skill that would change."""
        return RequirementPlace(skill_id=self.finding.skill_id, place=self.finding.place)

    @strawberry.field(description="Where the same text stands; null where the rule is not about that.")
    def other(self) -> RequirementPlace | None:
        """In this or another skill."""
        other = self.finding.other
        return None if other is None else RequirementPlace(skill_id=other.skill_id, place=other.place)


@strawberry.type(description="An open proposal that touches some of the same fields.")
class SimilarProposal:
    """It may say the same, or collide."""

    similar: strawberry.Private[Similar]

    @strawberry.field(description="The proposal.")
    async def proposal(self, info: Info) -> _Proposal | None:
        """Null where the viewer may not see it."""
        found: Proposal | None = await find_row(info, "Proposal", self.similar.proposal_id)
        return found

    @strawberry.field(description="How many fields both touch.")
    def shared_field_count(self) -> int:
        """At least one."""
        return len(self.similar.fields)

    @strawberry.field(description="Whether it wishes for just the same.")
    def is_same(self) -> bool:
        """Field by field."""
        return self.similar.is_same


@strawberry.type(description="What would become of a skill.")
class SkillPreview:
    """As it stands now, whatever the base revision."""

    preview: strawberry.Private[preview.SkillPreview]

    @strawberry.field(description="The skill.")
    async def skill(self, info: Info) -> _Skill:
        """It is there."""
        found: Skill = await find_row(info, "Skill", self.preview.skill_id)
        return found

    @strawberry.field(description="The numbers of its page now.")
    def before(self) -> PageNumbers:
        """Counted from its rows."""
        return PageNumbers(**vars(self.preview.before))

    @strawberry.field(description="The numbers of its page afterwards.")
    def after(self) -> PageNumbers:
        """Counted from its rows."""
        return PageNumbers(**vars(self.preview.after))

    @strawberry.field(description="What would change, field by field, against the present text.")
    def changes(self) -> list[FieldDifference]:
        """Without what is already so."""
        return differences(self.preview.skill_id, self.preview.changes)

    @strawberry.field(
        description="Whether a touched field has moved since the base revision, so that accepting is a conflict."
    )
    def is_outdated(self) -> bool:
        """Then the wishes need to be written anew."""
        return self.preview.is_outdated

    @strawberry.field(description="What deserves a second look.")
    def lint(self) -> list[LintFinding]:
        """In the texts and levels that would change."""
        return [LintFinding(finding=finding) for finding in self.preview.findings]


@strawberry.type(description="What a proposal would come to.")
class ProposalPreview:
    """Nothing of it is kept."""

    preview: strawberry.Private[preview.Preview]

    @strawberry.field(description="Each skill that it touches.")
    def skills(self) -> list[SkillPreview]:
        """In the order of the proposal."""
        return [SkillPreview(preview=each) for each in self.preview.skills]

    @strawberry.field(
        description="Open proposals that touch the same fields, at most 20, most in common first."
    )
    def similar_proposals(self) -> list[SimilarProposal]:
        """Of anybody."""
        return [SimilarProposal(similar=each) for each in self.preview.similar]

    @strawberry.field(
        description="How many people would be told if it were accepted now, by whatever they watch; its author and "
        "the viewer left out."
    )
    async def watcher_count(self, info: Info) -> int:
        """Each once."""
        found = self.preview
        async with info.context.database.read_session() as session:
            return await count_reached(
                session,
                {each.skill_id: each.changes for each in found.skills},
                proposal_id=found.proposal_id,
                but=[each for each in (signed_in(info.context).id, found.author_id) if each is not None],
                at=info.context.now(),
            )
