"""The way to what has happened: public."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.connection import DEFAULT_FIRST, MAX_FIRST
from service.api.context import Info
from service.api.failures import Code, RequestError
from service.api.news.types import Changes, Event
from service.cursors import cursor_of, position_of
from service.news.queries import get_topic, newest_position, news_between

Cursor = Annotated[
    str | None,
    strawberry.argument(
        description="Of an event, or an `endCursor`; none to learn only where the news stand."
    ),
]
Skill = Annotated[str | None, strawberry.argument(description="Only about the skill of the slug.")]
Proposal = Annotated[int | None, strawberry.argument(description="Only about the proposal of the number.")]
Domain = Annotated[
    str | None, strawberry.argument(description="Only about skills of the domain of the slug.")
]
First = Annotated[int, strawberry.argument(description="How many events to read, at most 100.")]


@strawberry.type
class NewsQuery:
    """Root fields of the news."""

    @strawberry.field(
        description="What has happened behind a cursor: after a connection was lost, this closes the gap. Nothing is "
        "ever published before a cursor that has been given out."
    )
    async def changes_since(
        self,
        info: Info,
        cursor: Cursor = None,
        first: First = DEFAULT_FIRST,
        skill: Skill = None,
        proposal: Proposal = None,
        domain: Domain = None,
    ) -> Changes:
        """Three statements: the end, the topic, the events."""
        if not 1 <= first <= MAX_FIRST:
            raise RequestError(f"`first` is a number from 1 to {MAX_FIRST}.", Code.BAD_USER_INPUT)
        ensure_storable("skill", skill)
        ensure_storable("domain", domain)
        after = None if cursor is None else position_of(cursor)
        async with info.context.database.read_session() as session:
            newest = await newest_position(session)
            if after is None:
                return Changes(events=[], end_cursor=cursor_of(newest), has_more=False)
            topic = await get_topic(session, skill=skill, proposal=proposal, domain=domain)
            rows = await news_between(session, after, newest, topic, limit=first + 1)
        shown = rows[:first]
        has_more = len(rows) > first
        end = shown[-1].position if has_more else max(newest, after)
        return Changes(events=[Event.of(row) for row in shown], end_cursor=cursor_of(end), has_more=has_more)
