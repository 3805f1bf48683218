"""Subscriptions to the news: all public."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, TypeVar

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.catalogue.types import Skill
from service.api.context import Info
from service.api.live.updates import Updates
from service.api.news.types import Event
from service.api.plan.marks import METADATA, SharedField
from service.api.proposals.types import Proposal
from service.cursors import cursor_of
from service.news.queries import Topic, get_topic

Kind = TypeVar("Kind", bound="Update")

_SHARED = {METADATA: SharedField()}
Number = Annotated[int, strawberry.argument(description="As people say it.")]
Domain = Annotated[
    str | None, strawberry.argument(description="A domain's slug; none for the whole catalogue.")
]
Slug = Annotated[str, strawberry.argument(description="The human key; a former one leads to the skill too.")]


@strawberry.interface(description="What a subscription answers with.")
class Update:
    """The first comes at once, without an event: from there on nothing is missed."""

    cursor: str = strawberry.field(
        metadata=_SHARED,
        description="Keep the greatest: after a reconnect, `changesSince` takes it and tells what was missed.",
    )
    event: Event | None = strawberry.field(
        metadata=_SHARED,
        description="What has happened; null in the first update, which comes at once and says where the stream "
        "begins.",
    )


@strawberry.type(description="A skill has changed, or somebody has proposed to change it.")
class SkillUpdate(Update):
    """With the skill as it is now, its numbers included."""

    key: strawberry.Private[int]

    @strawberry.field(
        description="The skill as it is now, so that a page is right again after every update, the first included; "
        "null where it has been removed.",
        metadata=_SHARED,
    )
    async def skill(self, info: Info) -> Skill | None:
        """Read anew for each update."""
        return await Skill.find(info, (self.key,))


@strawberry.type(description="Something has happened to a proposal.")
class ProposalUpdate(Update):
    """With the proposal as it is now."""

    key: strawberry.Private[int]

    @strawberry.field(description="The proposal as it is now.", metadata=_SHARED)
    async def proposal(self, info: Info) -> Proposal | None:
        """Read anew for each update."""
        return await Proposal.find(info, (self.key,))


@strawberry.type(description="Something has happened in the catalogue, or in a domain of it.")
class ActivityUpdate(Update):
    """With nothing but the event."""


async def _updates(
    info: Info, topic: Topic, root: Callable[[str, Event | None], Kind]
) -> AsyncIterator[Kind]:
    """What is published on the topic from now on, each made a root of its cursor and its event."""
    return Updates(
        await info.context.desks.news.follow(topic),
        lambda position: root(cursor_of(position), None),
        lambda story: root(story.row.cursor, Event.of(story.row)),
    )


@strawberry.type
class NewsSubscription:
    """Subscriptions to the news."""

    @strawberry.subscription(
        description="What happens to the skill: an applied change (when its numbers are there), an import, a "
        "proposal and what becomes of it.",
        metadata=_SHARED,
    )
    async def skill_changed(self, info: Info, slug: Slug) -> AsyncIterator[SkillUpdate]:
        """By the skill's id: a new slug does not end it."""
        ensure_storable("slug", slug)
        async with info.context.database.read_session() as session:
            topic = await get_topic(session, skill=slug)
        key = topic.skill_id
        assert key is not None

        return await _updates(
            info, topic, lambda cursor, event: SkillUpdate(cursor=cursor, event=event, key=key)
        )

    @strawberry.subscription(description="What becomes of the proposal.", metadata=_SHARED)
    async def proposal_changed(self, info: Info, number: Number) -> AsyncIterator[ProposalUpdate]:
        """Until it is decided, and after."""
        async with info.context.database.read_session() as session:
            topic = await get_topic(session, proposal=number)

        return await _updates(
            info, topic, lambda cursor, event: ProposalUpdate(cursor=cursor, event=event, key=number)
        )

    @strawberry.subscription(
        description="Whatever happens to skills and proposals, of one domain or of all.", metadata=_SHARED
    )
    async def activity(self, info: Info, domain: Domain = None) -> AsyncIterator[ActivityUpdate]:
        """By where a skill stands when the event is published."""
        ensure_storable("domain", domain)
        async with info.context.database.read_session() as session:
            topic = await get_topic(session, domain=domain)

        return await _updates(info, topic, lambda cursor, event: ActivityUpdate(cursor=cursor, event=event))
