"""Watches in the API, and what they add to whatever can be watched."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.api.connection import Connection
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.plan.fields import column, one, page, viewer_field
from service.api.plan.marks import Asked
from service.people.models import Person
from service.watches import sources
from service.watches.models import WatchEvent, WatchFrequency, WatchReason
from service.watches.queries import watches_by_subject

if TYPE_CHECKING:
    from service.api.catalogue.types import Domain, Group, Level, Role, Skill
    from service.api.proposals.types import Proposal

describe_enum(
    WatchReason,
    "Why a person hears of something.",
    MENTIONED="Somebody mentioned the person there.",
    AUTHOR="The person proposed it.",
    REVIEW_REQUESTED="The person is asked to review it: as a reviewer of its domains, or of what it said before.",
    DECIDED="The person accepted or declined it.",
    REVIEWER="The person reviewed it.",
    COMMENTED="The person commented there.",
    WATCHING="The person chose to watch.",
)
describe_enum(
    WatchEvent,
    "What a watch may be about.",
    PROPOSED="A change is proposed.",
    COMMENTED="Somebody comments.",
    DECIDED="A proposal is accepted, declined or otherwise decided.",
    APPLIED="Accepted content changes.",
)
describe_enum(
    WatchFrequency,
    "How a person hears of what a watch is about; whatever the choice, the inbox has it.",
    IMMEDIATELY="By a mail once it has been quiet for a moment.",
    DAILY="By one mail a day.",
    WEEKLY="By one mail a week.",
    INBOX_ONLY="By no mail.",
)

_TYPES = "service.api.catalogue.types"
_Skill = Annotated["Skill", strawberry.lazy(_TYPES)]
_Group = Annotated["Group", strawberry.lazy(_TYPES)]
_Domain = Annotated["Domain", strawberry.lazy(_TYPES)]
_Role = Annotated["Role", strawberry.lazy(_TYPES)]
_Level = Annotated["Level", strawberry.lazy(_TYPES)]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]

# The types that can be watched, with the watch's column that names their rows.
SUBJECT_COLUMNS = {
    "Skill": "skill_id",
    "Group": "group_id",
    "Domain": "domain_id",
    "Role": "role_id",
    "Proposal": "proposal_id",
}


@strawberry.type(
    description="The viewer's standing wish to hear about a skill, a group, a domain, a role or a proposal."
)
class Watch(Node, source=sources.WATCHES):
    """Seen by its owner alone, and only while it lasts."""

    created_at: datetime = column("When it began.")
    reason: WatchReason = column("Why it began.")
    events: list[WatchEvent] = column("What it is about.")
    frequency: WatchFrequency = column("How its person hears.")
    is_muted: bool = column("Whether its subject is silent, whatever else the person watches.")
    snoozed_until: datetime | None = column("Until when mails wait; null where they do not.")
    expires_at: datetime | None = column("When it ends by itself; null for never.")
    own_role: _Role | None = one("The person's own role, where given.", on={"id": "own_role_id"})
    own_level: _Level | None = one("The person's own level, where given.", on={"id": "own_level_id"})
    only_own_levels: bool = column("Whether it is only about the person's own level and the next one.")
    skill: _Skill | None = one("The skill that is watched, if it is one.", on={"id": "skill_id"})
    group: _Group | None = one("The group that is watched, if it is one.", on={"id": "group_id"})
    domain: _Domain | None = one("The domain that is watched, if it is one.", on={"id": "domain_id"})
    role: _Role | None = one("The role that is watched, if it is one.", on={"id": "role_id"})
    proposal: _Proposal | None = one("The proposal that is watched, if it is one.", on={"id": "proposal_id"})

    @classmethod
    def is_visible(cls, row: Any, viewer: Person | None) -> bool:
        """To its owner."""
        return viewer is not None and row.person_id == viewer.id


async def _viewer_watch(root: Any, info: Info) -> Watch | None:
    """One statement for all objects of a type that are asked at once."""
    viewer = info.context.viewer
    if viewer is None:
        return None
    subject = SUBJECT_COLUMNS[type(root).__name__]
    row = await info.context.load(watches_by_subject, root.record.id, column=subject, person_id=viewer.id)
    return None if row is None else Watch.of(row)


@strawberry.type
class Watched:
    """What watches add to whatever can be watched."""

    viewer_watch: Watch | None = viewer_field(
        "The viewer's own watch; null where nobody is signed in or it is not watched.",
        _viewer_watch,
        reads=("id",),
    )
    watcher_count: int = column("How many people watch it, those who have muted it left out.")


@strawberry.type
class ViewerWatches:
    """What watches add to the viewer."""

    watches: Connection[Watch] = page(
        "All that the person watches, the newest first.",
        on={"person_id": "id"},
        ask=lambda: Asked(order=sources.NEWEST_FIRST),
    )
