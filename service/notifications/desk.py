"""The notification desk: one reader per process, who hands their new notifications to the people who follow them."""

import asyncio
from collections.abc import Collection

from service.database import Database
from service.following import Following, read_on
from service.notifications.actions import EVERYBODY
from service.notifications.arrivals import arrivals, newest_arrival

# Of each person, read at once.
_AT_ONCE = 100


class InboxFollowing(Following[int]):
    """The ids of a person's notifications behind `position`, from the moment it was made until it is closed."""

    def __init__(self, desk: "NotificationDesk", person_id: int, position: int) -> None:
        super().__init__()
        self.person_id = person_id
        self.position = position
        self._desk = desk

    def hand_on(self, notification_id: int) -> None:
        """Let it wait for its turn, unless the follower has had it."""
        if notification_id > self.position:
            self.position = notification_id
            self.hand(notification_id)

    async def aclose(self) -> None:
        """Follow no longer."""
        self._desk.leave(self)


class NotificationDesk:
    """Follows the notifications of those who listen here. A NOTIFY only wakes it: what it missed is in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: dict[int, set[InboxFollowing]] = {}
        self._notified: set[int] = set()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read, in the running loop."""
        self._task = asyncio.create_task(read_on(self._woken, self._read, what="notifications"))

    async def close(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Anybody may have been notified."""
        self._look_at(self._followers.keys())

    def heard(self, payload: str) -> None:
        """These people have been notified: their ids, or anybody."""
        if payload == EVERYBODY:
            self.wake()
        else:
            self._look_at(self._followers.keys() & set(map(int, payload.split(" "))))

    async def follow(self, person_id: int) -> InboxFollowing:
        """What the person is notified of from now on."""
        async with self._database.read_session() as session:
            position = await newest_arrival(session, person_id)
        following = InboxFollowing(self, person_id, position)
        self._followers.setdefault(person_id, set()).add(following)
        # What came between the two was announced when nobody followed.
        self._look_at({person_id})
        return following

    def leave(self, following: InboxFollowing) -> None:
        """Hand the follower nothing more."""
        among = self._followers.get(following.person_id, set())
        among.discard(following)
        if not among:
            self._followers.pop(following.person_id, None)

    def _look_at(self, people: Collection[int]) -> None:
        self._notified.update(people)
        if self._notified:
            self._woken.set()

    async def _read(self) -> None:
        """Hand on what is new; where that fails, whoever was looked at is looked at again."""
        while self._notified:
            looked_at, self._notified = self._notified, set()
            behind = {
                person_id: min(following.position for following in self._followers[person_id])
                for person_id in looked_at & self._followers.keys()
            }
            try:
                async with self._database.read_session() as session:
                    arrived = await arrivals(session, behind, limit=_AT_ONCE)
            except BaseException:
                self._notified |= looked_at
                raise
            for person_id, notification_ids in arrived.items():
                self._hand_on(person_id, notification_ids)

    def _hand_on(self, person_id: int, notification_ids: list[int]) -> None:
        for following in self._followers.get(person_id, ()):
            for notification_id in notification_ids:
                following.hand_on(notification_id)
        if len(notification_ids) == _AT_ONCE:
            self._notified.add(person_id)
