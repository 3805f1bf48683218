"""What a subscription's resolver returns: the roots of its answers, made of what is handed to a follower."""

from collections.abc import AsyncIterator, Callable
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item", covariant=True)
Root = TypeVar("Root")


class Followed(Protocol[Item]):
    """A following of a desk's, which knows from where on everything is handed to it."""

    @property
    def position(self) -> int: ...

    async def __anext__(self) -> Item: ...

    async def aclose(self) -> None: ...


class Updates(AsyncIterator[Root], Generic[Item, Root]):
    """Makes a root of each item, and the first one, the opening, of the position where the stream begins."""

    def __init__(
        self, followed: Followed[Item], opening: Callable[[int], Root], update: Callable[[Item], Root]
    ) -> None:
        self._followed = followed
        self._opening = opening
        self._update = update

    def opening(self) -> Root:
        """Whatever comes later will be heard."""
        return self._opening(self._followed.position)

    async def __anext__(self) -> Root:
        return self._update(await anext(self._followed))

    async def aclose(self) -> None:
        """Hear no more."""
        await self._followed.aclose()
