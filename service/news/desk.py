"""The news desk: one reader of published events per process, who hands them to all who follow a topic."""

import asyncio

from service.database import Database
from service.following import Following, read_on
from service.news.queries import Story, Topic, newest_position, stories_after

# Read at once.
_AT_ONCE = 200


class TopicFollowing(Following[Story]):
    """The stories of a topic, from the moment it was made until it is closed."""

    def __init__(self, desk: "NewsDesk", topic: Topic) -> None:
        super().__init__()
        self.topic = topic
        self._desk = desk

    @property
    def position(self) -> int:
        """Where the news stand: whatever is published behind it is handed to this follower."""
        return self._desk.position

    async def aclose(self) -> None:
        """Follow no longer."""
        self._desk.leave(self)


class NewsDesk:
    """Follows the positions of the news while anybody follows it. A notification only wakes it: what it missed stands
    in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: dict[Topic, set[TopicFollowing]] = {}
        # How many wait to know where the news stand, or know it and have yet to be handed anything.
        self._coming = 0
        self._woken = asyncio.Event()
        self._begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._position: int | None = None

    @property
    def position(self) -> int:
        """Of what has been handed on last."""
        assert self._position is not None
        return self._position

    def start(self) -> None:
        """Begin to read, in the running loop."""
        self._task = asyncio.create_task(read_on(self._woken, self._read, what="news"))

    async def close(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self, _payload: str = "") -> None:
        """There may be news."""
        self._woken.set()

    async def follow(self, topic: Topic) -> TopicFollowing:
        """What is published on the topic from now on, once it is known where the news stand."""
        self._coming += 1
        try:
            if not self._begun.is_set():
                self._woken.set()
            await self._begun.wait()
            following = TopicFollowing(self, topic)
            self._followers.setdefault(topic, set()).add(following)
        finally:
            self._coming -= 1
            self._rest_unless_followed()
        return following

    def leave(self, following: TopicFollowing) -> None:
        """Hand the follower nothing more."""
        among = self._followers.get(following.topic, set())
        among.discard(following)
        if not among:
            self._followers.pop(following.topic, None)
        self._rest_unless_followed()

    def _rest_unless_followed(self) -> None:
        """Where nobody follows, the next to come is the first again."""
        if not self._followers and not self._coming:
            self._begun.clear()

    async def _read(self) -> None:
        """Hand on all that has been published since the last time; the first time, only learn where that is.

        Where nobody follows, nothing is read.
        """
        while self._followers or self._coming:
            async with self._database.read_session() as session:
                if not self._begun.is_set():
                    self._position = await newest_position(session)
                    self._begun.set()
                stories = await stories_after(session, self.position, limit=_AT_ONCE)
            for story in stories:
                self._hand_on(story)
                self._position = story.row.position
            if len(stories) < _AT_ONCE:
                break
        # Whoever was to come may have gone while it was read where the news stand.
        self._rest_unless_followed()

    def _hand_on(self, story: Story) -> None:
        for topic in story.topics & self._followers.keys():
            for following in self._followers[topic]:
                following.hand(story)
