"""Watches in the API, and what they add to a skill."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Key, Node, refer
from service.watches import queries
from service.watches.models import WatchReason

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill

describe_enum(
    WatchReason,
    "Why a person hears of something.",
    AUTHOR="The person proposed it.",
    WATCHING="The person chose to watch.",
)


@strawberry.type(description="The viewer's standing wish to hear about a skill.")
class Watch(Node):
    """Seen by its owner alone."""

    created_at: datetime = strawberry.field(description="When it began.")
    reason: WatchReason = strawberry.field(description="Why it began.")
    skill_id: strawberry.Private[int | None]

    @strawberry.field(description="The skill that is watched; null for a watch on a proposal.")
    async def skill(
        self, info: Info
    ) -> Annotated["Skill", strawberry.lazy("service.api.catalogue.types")] | None:
        """By foreign key."""
        found: Skill | None = await refer(info, "Skill", self.skill_id)
        return found

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Only one's own, and only while it lasts."""
        row = await info.context.load(queries.watches_by_id, key[0])
        viewer = info.context.viewer
        if row is None or viewer is None or row.person_id != viewer.id or row.ended_at is not None:
            return None
        return cls.of(row)


@strawberry.type
class SkillWatches:
    """What watches add to a skill."""

    key: strawberry.Private[Key]

    @strawberry.field(
        description="The viewer's own watch; null where nobody is signed in or it is not watched."
    )
    async def viewer_watch(self, info: Info) -> Watch | None:
        """One statement for all skills that are asked at once."""
        viewer = info.context.viewer
        if viewer is None:
            return None
        row = await info.context.load(queries.watches_by_skill, self.key[0], person_id=viewer.id)
        return None if row is None else Watch.of(row)

    @strawberry.field(description="How many people watch it.")
    async def watcher_count(self, info: Info) -> int:
        """One statement for all skills that are asked at once."""
        return await info.context.get(queries.watcher_counts_by_skill, self.key[0])
