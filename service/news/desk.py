"""The news desk: one reader of published events per process, who hands them to all who follow a topic."""

import asyncio
from collections import deque
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.database import Database
from service.news.queries import Story, Topic, newest_position, stories_after

# Read at once; and how many stories may wait for whoever is slow to answer with them.
_AT_ONCE = 200
_WAITING_MAX = 1_000
_AGAIN_SECONDS = 1.0

log = structlog.get_logger()


class FellBehind(Exception):
    """More stories came than could be answered with: the follower starts again from its last cursor."""


class Following:
    """The stories of a topic, from the moment it was made until it is closed."""

    def __init__(self, desk: "NewsDesk", topic: Topic) -> None:
        self.topic = topic
        self._desk = desk
        self._waiting: deque[Story] = deque()
        self._arrived = asyncio.Event()
        self._is_behind = False

    @property
    def position(self) -> int:
        """Where the news stand: whatever is published behind it is handed to this follower."""
        return self._desk.position

    def hand(self, story: Story) -> None:
        """Let the story wait for its turn."""
        if len(self._waiting) >= _WAITING_MAX:
            self._is_behind = True
        else:
            self._waiting.append(story)
        self._arrived.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Story:
        """The next story.

        Raises:
            FellBehind: some were lost.
        """
        while not self._waiting:
            if self._is_behind:
                raise FellBehind
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    async def aclose(self) -> None:
        """Follow no longer."""
        self._desk.leave(self)


class NewsDesk:
    """Follows the positions of the news. A notification only wakes it: what it missed stands in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: dict[Topic, set[Following]] = {}
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
        self._woken.set()
        self._task = asyncio.create_task(self._read_on())

    async def close(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self, _payload: str = "") -> None:
        """There may be news."""
        self._woken.set()

    async def follow(self, topic: Topic) -> Following:
        """What is published on the topic from now on, once it is known where the news stand."""
        await self._begun.wait()
        following = Following(self, topic)
        self._followers.setdefault(topic, set()).add(following)
        return following

    def leave(self, following: Following) -> None:
        """Hand the follower nothing more."""
        among = self._followers.get(following.topic, set())
        among.discard(following)
        if not among:
            self._followers.pop(following.topic, None)

    async def _read_on(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._read()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("news_not_read", error=str(error) or type(error).__name__)
                self._woken.set()
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _read(self) -> None:
        """Hand on all that has been published since the last time; the first time, only learn where that is."""
        while True:
            async with self._database.read_session() as session:
                if self._position is None:
                    self._position = await newest_position(session)
                    self._begun.set()
                stories = await stories_after(session, self._position, limit=_AT_ONCE)
            for story in stories:
                self._hand_on(story)
                self._position = story.row.position
            if len(stories) < _AT_ONCE:
                return

    def _hand_on(self, story: Story) -> None:
        for topic in story.topics & self._followers.keys():
            for following in self._followers[topic]:
                following.hand(story)
