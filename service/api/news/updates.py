"""What a subscription's resolver returns: the roots of its answers, made of what is published on a topic."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, Self, TypeVar

from service.api.context import Info
from service.news.cursors import cursor_of
from service.news.desk import Following
from service.news.queries import Topic

Root = TypeVar("Root")


class Updates(AsyncIterator[Root], Generic[Root]):
    """Makes a root of a cursor and a row of the news; of the opening's cursor and no row first."""

    def __init__(self, following: Following, make: Callable[[str, Any], Root]) -> None:
        self._following = following
        self._make = make

    @classmethod
    async def of(cls, info: Info, topic: Topic, make: Callable[[str, Any], Root]) -> Self:
        """What is published on the topic from now on."""
        return cls(await info.context.news.follow(topic), make)

    def opening(self) -> Root:
        """Where the news stand: whatever comes later will be heard."""
        return self._make(cursor_of(self._following.position), None)

    async def __anext__(self) -> Root:
        row = (await anext(self._following)).row
        return self._make(row.cursor, row)

    async def aclose(self) -> None:
        """Hear no more."""
        await self._following.aclose()
