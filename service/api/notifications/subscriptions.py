"""The subscription of the viewer's own notifications."""

from collections.abc import AsyncIterator

import strawberry

from service.api.context import Info
from service.api.live.updates import Updates
from service.api.notifications.types import Notification
from service.api.people.types import Viewer
from service.api.permissions import signed_in
from service.cursors import cursor_of


@strawberry.type(description="The viewer has been notified of something.")
class NotificationUpdate:
    """The first comes at once, without a notification: from there on nothing is missed."""

    key: strawberry.Private[int | None]
    cursor: str = strawberry.field(
        description="Keep the greatest: after a reconnect, `notificationsSince` takes it and tells what was missed."
    )

    @strawberry.field(
        description="The notification; null in the first update, which comes at once and says where the stream begins, "
        "and where its comment has been hidden since."
    )
    async def notification(self, info: Info) -> Notification | None:
        """Read anew, with the viewer's eyes."""
        return None if self.key is None else await Notification.find(info, (self.key,))

    @strawberry.field(description="The viewer as they are now; null where the account is gone.")
    async def viewer(self, info: Info) -> Viewer | None:
        """What else a page shows of them, such as how much is unread, is right after every update."""
        return await Viewer.find(info, (signed_in(info.context).id,))


@strawberry.type
class NotificationSubscription:
    """Subscriptions to the viewer's own."""

    @strawberry.subscription(
        description="What the viewer is notified of, as soon as it is known. Ends when the viewer's session or token "
        "does, or what they may do changes."
    )
    async def notification_received(self, info: Info) -> AsyncIterator[NotificationUpdate]:
        """Of whoever is signed in, and nobody else."""
        viewer = signed_in(info.context)
        return Updates(
            await info.context.desks.notifications.follow(viewer.id),
            lambda position: NotificationUpdate(cursor=cursor_of(position), key=None),
            lambda key: NotificationUpdate(cursor=cursor_of(key), key=key),
        )
