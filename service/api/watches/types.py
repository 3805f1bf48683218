"""Watches in the API, and what they add to a skill."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.plan.fields import column, one, viewer_field
from service.people.models import Person
from service.watches import sources
from service.watches.models import WatchReason
from service.watches.queries import watches_by_skill

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill

describe_enum(
    WatchReason,
    "Why a person hears of something.",
    AUTHOR="The person proposed it.",
    REVIEWER="The person reviewed it.",
    WATCHING="The person chose to watch.",
)


@strawberry.type(description="The viewer's standing wish to hear about a skill.")
class Watch(Node, source=sources.WATCHES):
    """Seen by its owner alone, and only while it lasts."""

    created_at: datetime = column("When it began.")
    reason: WatchReason = column("Why it began.")
    skill: Annotated["Skill", strawberry.lazy("service.api.catalogue.types")] | None = one(
        "The skill that is watched; null for a watch on a proposal.", on={"id": "skill_id"}
    )

    @classmethod
    def is_visible(cls, row: Any, viewer: Person | None) -> bool:
        """To its owner."""
        return viewer is not None and row.person_id == viewer.id


async def _viewer_watch(root: Any, info: Info) -> Watch | None:
    """One statement for all skills that are asked at once."""
    viewer = info.context.viewer
    if viewer is None:
        return None
    row = await info.context.load(watches_by_skill, root.record.id, person_id=viewer.id)
    return None if row is None else Watch.of(row)


@strawberry.type
class SkillWatches:
    """What watches add to a skill."""

    viewer_watch: Watch | None = viewer_field(
        "The viewer's own watch; null where nobody is signed in or it is not watched.", _viewer_watch
    )
    watcher_count: int = column("How many people watch it.")
