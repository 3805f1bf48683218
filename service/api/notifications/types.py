"""Notifications in the API, and what they add to the viewer."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from service.api.connection import DEFAULT_FIRST, MAX_FIRST
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.news.kinds import PublicEventKind
from service.api.node import Node
from service.api.plan.fields import column, one
from service.api.watches.types import Watch
from service.cursors import cursor_of, position_of
from service.notifications import sources
from service.notifications.arrivals import arrivals_between, newest_arrival
from service.notifications.models import Impact
from service.watches.models import WatchReason

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill
    from service.api.comments.types import Comment
    from service.api.people.types import Person
    from service.api.proposals.types import Proposal

describe_enum(
    Impact,
    "What an event means to somebody with a role and a level of their own, the weightiest first.",
    NECESSITY_FLIPPED="What was optional is mandatory, or the other way round.",
    MY_LEVEL="It changes what is asked of the person's own role and level.",
    NEXT_LEVEL="It changes what is asked at the level above the person's own.",
    OTHER_ROLE="It changes what is asked of others.",
    COSMETIC="Only blanks, capitals, marks or words that ask for nothing differ.",
)

_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]
_Comment = Annotated["Comment", strawberry.lazy("service.api.comments.types")]
_Person = Annotated["Person", strawberry.lazy("service.api.people.types")]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]


@strawberry.type(description="One event for one person, once, for the strongest of that person's reasons.")
class Notification(Node, source=sources.NOTIFICATIONS):
    """Seen by its own person alone."""

    cursor: str = column(
        "Its place among the person's notifications. A later one's is greater, as text too; `notificationsSince` "
        "takes it.",
        plain=True,
    )
    kind: PublicEventKind = column("What has happened.")
    happened_at: datetime = column("When it happened.")
    created_at: datetime = column("When the person was notified.")
    reason: WatchReason = column("Why the person hears of it.")
    impact: Impact | None = column(
        "What it means to the person, by the role and level that they gave; null where nothing of that kind changed."
    )
    read_at: datetime | None = column("When the person read it; null where they have not.")
    done_at: datetime | None = column("When the person was done with it; null where they are not.")
    watch: Watch | None = one("The watch that brought it; null where it has ended.", on={"id": "watch_id"})
    actor: _Person | None = one(
        "Whose doing it was; null for what time has done, and where the account is gone.",
        on={"id": "actor_id"},
    )
    skill: _Skill | None = one("The skill that it is about; null where it has none.", on={"id": "skill_id"})
    proposal: _Proposal | None = one(
        "The proposal that it is about; null where it is about none.", on={"id": "proposal_id"}
    )
    comment: _Comment | None = one(
        "The comment that it tells of; null where it tells of none.", on={"id": "comment_id"}
    )


@strawberry.type(description="Notifications behind a cursor, the oldest first.")
class NewNotifications:
    """A page that is read on from its end."""

    notifications: list[Notification] = strawberry.field(description="In the order of their cursors.")
    end_cursor: str = strawberry.field(
        description="Where to read on: behind the last of them, or, when there are no more, behind all that the "
        "person has been notified of so far."
    )
    has_more: bool = strawberry.field(description="Whether there are more behind `endCursor` already.")


@strawberry.type
class ViewerNotifications:
    """What notifications add to the viewer."""

    @strawberry.field(
        description="What the person was notified of behind a cursor: after a connection was lost, this closes the "
        "gap. No notification ever comes before a cursor that has been given out."
    )
    async def notifications_since(
        self,
        info: Info,
        cursor: Annotated[
            str, strawberry.argument(description="Of a notification or an update, or an `endCursor`.")
        ],
        first: Annotated[
            int, strawberry.argument(description="How many notifications to read, at most 100.")
        ] = DEFAULT_FIRST,
    ) -> NewNotifications:
        """Two statements: the end, the notifications."""
        if not 1 <= first <= MAX_FIRST:
            raise RequestError(f"`first` is a number from 1 to {MAX_FIRST}.", Code.BAD_USER_INPUT)
        after, person_id = position_of(cursor), self.record.id  # type: ignore[attr-defined]
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
