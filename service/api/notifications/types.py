"""Notifications, and what they add to the viewer."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.activity.models import PublicEventKind
from service.api.connection import DEFAULT_FIRST, MAX_FIRST, Connection
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.node import Node
from service.api.notifications import traces
from service.api.permissions import signed_in
from service.api.plan.fields import column, count, one, page
from service.api.plan.marks import Asked
from service.api.watches.types import Watch
from service.cursors import cursor_of, position_of
from service.notifications import sources
from service.notifications.arrivals import arrivals_between, newest_arrival
from service.notifications.models import Impact
from service.people.models import Person as PersonRow
from service.watches.models import WatchReason

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill
    from service.api.comments.types import Comment
    from service.api.people.types import Person
    from service.api.proposals.types import Proposal

describe_enum(
    Impact,
    "What a change means to somebody with a role and a level of their own, the weightiest first.",
    NECESSITY_FLIPPED="What was good to have must be had now, or the reverse, at the own level or the next one; "
    "to whoever has named no level, at any.",
    MY_LEVEL="What is asked at the own level changed.",
    NEXT_LEVEL="What is asked at the next level changed.",
    OTHER_ROLE="Only what is asked of others changed.",
    COSMETIC="Only the wording changed.",
)

_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]
_Comment = Annotated["Comment", strawberry.lazy("service.api.comments.types")]
_Person = Annotated["Person", strawberry.lazy("service.api.people.types")]


@strawberry.type(
    description="One event, told to the viewer. The inbox keeps it for 180 days; a mail is a copy of it."
)
class Notification(Node, source=sources.NOTIFICATIONS):
    """Seen by its owner alone."""

    cursor: str = column(
        "Its place among the viewer's notifications. A later one's is greater, as text too; `notificationsSince` "
        "takes it.",
        plain=True,
    )
    kind: PublicEventKind = column("What has happened.")
    happened_at: datetime = column("When.")
    created_at: datetime = column("When the viewer was told.")
    reason: WatchReason = column("Why the viewer hears of it: the strongest of the reasons.")
    impact: Impact | None = column(
        "What it means to the viewer; null where it changes nothing that is asked."
    )
    read_at: datetime | None = column("When the viewer had read it; null while it is unread.")
    done_at: datetime | None = column("When the viewer was done with it; null until then.")
    actor: _Person | None = one(
        "Whose doing it was; null for what time has done, and where the account is gone.",
        on={"id": "actor_id"},
    )
    skill: _Skill | None = one(
        "The skill that it is about; null where that has been removed.", on={"id": "skill_id"}
    )
    proposal: _Proposal | None = one(
        "The proposal that it is about; null where it is about none.", on={"id": "proposal_id"}
    )
    comment: _Comment | None = one("The comment that it tells of; null for none.", on={"id": "comment_id"})
    watch: Watch | None = one("The watch that brought it; null where that has ended.", on={"id": "watch_id"})

    @classmethod
    def is_visible(cls, row: Any, viewer: PersonRow | None) -> bool:
        """To its owner."""
        return viewer is not None and row.person_id == viewer.id


@strawberry.input(description="Which notifications to show. Every field given narrows the list.")
class NotificationFilter:
    """All where nothing is given."""

    reason: list[WatchReason] | None = strawberry.field(default=None, description="Any of these.")
    is_read: bool | None = strawberry.field(
        default=None, description="Those that are read, or those that are not."
    )
    is_done: bool | None = strawberry.field(
        default=None, description="Those that are done, or those that are not."
    )


Filter = Annotated[NotificationFilter | None, strawberry.argument(description="Which notifications to show.")]


def _wanted(filter: Filter = None) -> Asked:
    given = filter or NotificationFilter()
    reasons = None if given.reason is None else tuple(reason.value for reason in given.reason)
    wanted = sources.NotificationFilter(reasons, given.is_read, given.is_done)
    return Asked(wanted, sources.NEWEST_FIRST)


def _unread() -> Asked:
    return Asked(sources.NotificationFilter(is_read=False))


@strawberry.type(description="Notifications behind a cursor, the oldest first.")
class NewNotifications:
    """A page that is read on from its end."""

    notifications: list[Notification] = strawberry.field(description="In the order of their cursors.")
    end_cursor: str = strawberry.field(
        description="Where to read on: behind the last of them, or, when there are no more, behind all that the "
        "viewer has been told so far."
    )
    has_more: bool = strawberry.field(description="Whether there are more behind `endCursor` already.")


Cursor = Annotated[str, strawberry.argument(description="Of a notification or an update, or an `endCursor`.")]
First = Annotated[int, strawberry.argument(description="How many notifications to read, at most 100.")]


@strawberry.type
class ViewerNotifications:
    """What notifications add to the viewer."""

    notifications: Connection[Notification] = page(
        "What the person has been told within 180 days, the newest first.",
        on={"person_id": "id"},
        narrow=sources.notifications_shown,
        ask=_wanted,
    )
    unread_count: int = count(
        "How many of the notifications are unread.",
        of="Notification",
        on={"person_id": "id"},
        narrow=sources.notifications_shown,
        ask=_unread,
    )

    @strawberry.field(
        description="Why the viewer has been told of the newest events about a skill or a proposal, or has not: the "
        "newest first. Empty for what is none."
    )
    async def why_not_notified(
        self, info: Info, subject_id: traces.SubjectId, first: traces.First = traces.TRACES_FIRST
    ) -> list[traces.NotificationTrace]:
        """One statement."""
        return await traces.traced(info, signed_in(info.context).id, subject_id, first)

    @strawberry.field(
        description="What the viewer has been told behind a cursor: after a connection was lost, this closes the gap. "
        "No notification ever comes before a cursor that has been given out."
    )
    async def notifications_since(
        self, info: Info, cursor: Cursor, first: First = DEFAULT_FIRST
    ) -> NewNotifications:
        """Two statements: the end, the notifications."""
        if not 1 <= first <= MAX_FIRST:
            raise RequestError(f"`first` is a number from 1 to {MAX_FIRST}.", Code.BAD_USER_INPUT)
        after, person_id = position_of(cursor), signed_in(info.context).id
        async with info.context.database.read_session() as session:
            newest = await newest_arrival(session, person_id)
            rows = await arrivals_between(session, person_id, after, newest, limit=first + 1)
        has_more = len(rows) > first
        shown = rows[:first]
        return NewNotifications(
            notifications=[Notification.of(row) for row in shown],
            end_cursor=cursor_of(shown[-1].id if has_more else max(newest, after)),
            has_more=has_more,
        )
