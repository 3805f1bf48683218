"""Marking notifications, and saying how one wants mail. Each may be sent twice: the second time changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import strawberry

from service.api.context import Info
from service.api.node import row_id
from service.api.notifications.settings import UpdateNotificationSettingsInput
from service.api.notifications.types import Notification
from service.api.payloads import payload
from service.api.people.types import Viewer
from service.api.permissions import Given, mutation, signed_in
from service.errors import InvalidInput
from service.notifications import marking
from service.notifications.marking import NotificationNotFound
from service.notifications.preferences import update_settings
from service.people.models import PersonRole

_IDS_MAX = 100


@strawberry.input
class _NamedInput:
    """Notifications by their ids."""

    notification_ids: list[strawberry.ID] = strawberry.field(description="Their ids: 1 to 100.")

    def ids(self) -> list[int]:
        """The rows' ids, each once.

        Raises:
            InvalidInput: none, or more than 100.
            NotificationNotFound: one is no id of a notification.
        """
        if not 1 <= len(self.notification_ids) <= _IDS_MAX:
            raise InvalidInput(f"Name 1 to {_IDS_MAX} notifications at a time.", path=("notificationIds",))
        found = [row_id(each, "Notification") for each in dict.fromkeys(self.notification_ids)]
        ids = [each for each in found if each is not None]
        if len(ids) < len(found):
            raise NotificationNotFound
        return ids


@strawberry.input(description="Notifications that have been read, or have not.")
class MarkNotificationsReadInput(_NamedInput):
    """Of the viewer."""

    is_read: bool = strawberry.field(
        default=True, description="Whether they are read; what is unread again is not done either."
    )


@strawberry.input(description="Notifications that the viewer is done with, or is not.")
class MarkNotificationsDoneInput(_NamedInput):
    """Of the viewer."""

    is_done: bool = strawberry.field(default=True, description="Whether they are done; what is done is read.")


@strawberry.input
class _UpToInput:
    """All notifications up to one, or to the last."""

    up_to_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the newest notification that the viewer has seen, so that none is marked that came "
        "since; without it all are.",
    )

    def up_to(self) -> int | None:
        """The row of the newest one that is marked. Raises InvalidInput for an id of something else."""
        if self.up_to_id is None:
            return None
        found = row_id(self.up_to_id, "Notification")
        if found is None:
            raise InvalidInput("This is no id of a notification: take one from the list.", path=("upToId",))
        return found


@strawberry.input(description="All that has been read by now.")
class MarkAllNotificationsReadInput(_UpToInput):
    """By the viewer."""


@strawberry.input(description="All that is done by now.")
class MarkAllNotificationsDoneInput(_UpToInput):
    """By the viewer."""


@payload()
class _MarkedPayload:
    """What marking notifications answers."""

    viewer: Viewer | None = strawberry.field(
        default=None, description="The viewer, with how many are still unread."
    )


@strawberry.type
class _MarkedEachPayload(_MarkedPayload):
    """With the notifications that were named."""

    notifications: list[Notification] = strawberry.field(
        default_factory=list,
        description="The notifications as they are marked now, in the order of their ids.",
    )


@payload("What came of marking notifications as read.")
class MarkNotificationsReadPayload(_MarkedEachPayload):
    """Of `markNotificationsRead`."""


@payload("What came of marking notifications as done.")
class MarkNotificationsDonePayload(_MarkedEachPayload):
    """Of `markNotificationsDone`."""


@payload("What came of marking all notifications as read.")
class MarkAllNotificationsReadPayload(_MarkedPayload):
    """Of `markAllNotificationsRead`."""


@payload("What came of marking all notifications as done.")
class MarkAllNotificationsDonePayload(_MarkedPayload):
    """Of `markAllNotificationsDone`."""


@payload("What came of saying how one wants mail.")
class UpdateNotificationSettingsPayload:
    """Of `updateNotificationSettings`."""

    viewer: Viewer | None = strawberry.field(
        default=None, description="The viewer, with the settings as they now are."
    )


@strawberry.type
class NotificationMutation:
    """The viewer's own inbox and mail."""

    @mutation(needs=PersonRole.READER, description="Say of notifications that they are read, or are not.")
    async def mark_notifications_read(
        self, info: Info, input: Given[MarkNotificationsReadInput]
    ) -> MarkNotificationsReadPayload:
        """All of them, or none."""
        ids = input.ids()
        viewer = await _done(info, marking.mark_read, ids, is_read=input.is_read)
        return MarkNotificationsReadPayload(viewer=viewer, notifications=await _found(info, ids))

    @mutation(needs=PersonRole.READER, description="Say of notifications that they are done, or are not.")
    async def mark_notifications_done(
        self, info: Info, input: Given[MarkNotificationsDoneInput]
    ) -> MarkNotificationsDonePayload:
        """All of them, or none."""
        ids = input.ids()
        viewer = await _done(info, marking.mark_done, ids, is_done=input.is_done)
        return MarkNotificationsDonePayload(viewer=viewer, notifications=await _found(info, ids))

    @mutation(needs=PersonRole.READER, description="Say that all notifications are read.")
    async def mark_all_notifications_read(
        self, info: Info, input: Given[MarkAllNotificationsReadInput]
    ) -> MarkAllNotificationsReadPayload:
        """Up to now, or to one."""
        viewer = await _done(info, marking.mark_all_read, up_to=input.up_to())
        return MarkAllNotificationsReadPayload(viewer=viewer)

    @mutation(needs=PersonRole.READER, description="Say that all notifications are done.")
    async def mark_all_notifications_done(
        self, info: Info, input: Given[MarkAllNotificationsDoneInput]
    ) -> MarkAllNotificationsDonePayload:
        """Up to now, or to one."""
        viewer = await _done(info, marking.mark_all_done, up_to=input.up_to())
        return MarkAllNotificationsDonePayload(viewer=viewer)

    @mutation(needs=PersonRole.READER, description="Say when mail may come, and how soon at the soonest.")
    async def update_notification_settings(
        self, info: Info, input: Given[UpdateNotificationSettingsInput]
    ) -> UpdateNotificationSettingsPayload:
        """What is left out stays."""
        viewer = await _done(info, update_settings, input.choices())
        return UpdateNotificationSettingsPayload(viewer=viewer)


async def _done(
    info: Info, act: Callable[..., Awaitable[object]], *given: object, **more: object
) -> Viewer | None:
    """The viewer, after an action of theirs on what is their own: in a transaction, now."""
    viewer = signed_in(info.context)
    async with info.context.transaction() as session:
        await act(session, *given, by=viewer.id, at=info.context.now(), **more)
    return await Viewer.find(info, (viewer.id,))


async def _found(info: Info, ids: list[int]) -> list[Notification]:
    found = await asyncio.gather(*(Notification.find(info, (each,)) for each in ids))
    return [notification for notification in found if notification is not None]
