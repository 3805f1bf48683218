"""The schema: composition only."""

from typing import Annotated

import strawberry

from service.api.accounts.mutations import AccountMutation
from service.api.catalogue.root import CatalogueQuery
from service.api.comments.mutations import CommentMutation
from service.api.context import Info
from service.api.credentials.mutations import CredentialMutation
from service.api.errors import ERROR_TYPES
from service.api.history.mutations import HistoryMutation
from service.api.history.root import HistoryQuery
from service.api.moderation.mutations import ModerationMutation
from service.api.moderation.root import ModerationQuery
from service.api.news.root import NewsQuery
from service.api.news.subscriptions import NewsSubscription
from service.api.node import NODE_TYPES, Node, find_node, find_nodes
from service.api.notifications.mutations import NotificationMutation
from service.api.notifications.subscriptions import NotificationSubscription
from service.api.people.root import PeopleQuery
from service.api.plan.marks import METADATA, NodeField
from service.api.plans.mutations import PlanMutation
from service.api.proposals.mutations import ProposalMutation
from service.api.proposals.review_mutations import ReviewMutation
from service.api.proposals.root import ProposalQuery
from service.api.scalars import CONFIG
from service.api.watches.mutations import WatchMutation
from service.api.webhooks.mutations import WebhookMutation


@strawberry.type(description="Everything that can be read.")
class Query(ModerationQuery, CatalogueQuery, HistoryQuery, ProposalQuery, PeopleQuery, NewsQuery):
    """The slices' root fields, and the way to any object by its id."""

    @strawberry.field(
        description="The object of a global id; null for an id of nothing.", metadata={METADATA: NodeField()}
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")],
    ) -> Node | None:
        """Nullable, so that one lost id does not empty the whole answer."""
        return await find_node(info, id)

    @strawberry.field(
        description="The objects of at most 100 global ids, in their order; null for an id of nothing."
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100.")],
    ) -> list[Node | None]:
        """One statement per type, however many ids."""
        return await find_nodes(info, ids)


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    HistoryMutation,
    ProposalMutation,
    ReviewMutation,
    WatchMutation,
    PlanMutation,
    CommentMutation,
    CredentialMutation,
    AccountMutation,
    ModerationMutation,
    WebhookMutation,
    NotificationMutation,
):
    """The slices' mutations."""


@strawberry.type(description="Everything that can be followed as it happens.")
class Subscription(NewsSubscription, NotificationSubscription):
    """The slices' subscriptions."""


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*NODE_TYPES.values(), *ERROR_TYPES],
    config=CONFIG,
)
