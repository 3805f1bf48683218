"""What a resolver may ask for: who is asking, what time it is, and rows, batched."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from service.allowance import Standing
from service.credentials.rules import Credential
from service.database import AsyncSession, Database
from service.news.desk import NewsDesk
from service.notifications.desk import NotificationDesk
from service.people.models import Person
from service.people.rules import is_moderator
from service.sources import Viewpoint

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Desks:
    """Who in the process hands on what is published, and what people are notified of."""

    news: NewsDesk
    notifications: NotificationDesk

    @classmethod
    def of(cls, database: Database) -> "Desks":
        """Each with its own reader, which is yet to start."""
        return cls(NewsDesk(database), NotificationDesk(database))

    def start(self) -> None:
        """Begin to read, in the running loop."""
        self.news.start()
        self.notifications.start()

    def wake(self) -> None:
        """There may be something to read for anybody."""
        self.news.wake()
        self.notifications.wake()

    async def close(self) -> None:
        """Read no more."""
        await self.news.close()
        await self.notifications.close()


@dataclass
class Context:
    """One operation's surroundings.

    It holds the database, never a session: sibling resolvers run at the same time, and a session is for one at a time.
    """

    database: Database
    now: Callable[[], datetime]
    desks: Desks
    credential: Credential | None = None
    # What links in mails are made with.
    secret_key: str = field(default="", repr=False)
    # What is left to whoever asks, where that is limited.
    standing: Standing | None = None
    # Whether the answer tells of that: it is then nobody else's.
    has_shown_standing: bool = False
    # Characters of the texts that the operation has compared so far.
    compared: int = 0
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    def renewed(self) -> "Context":
        """The same surroundings for another operation, which loads its rows anew."""
        return replace(self, has_shown_standing=False, compared=0, _loaders={})

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction, after which rows are read anew: those that the operation has read may look different."""
        async with self.database.transaction() as session:
            yield session
        self._loaders.clear()

    @property
    def viewer(self) -> Person | None:
        """Who is signed in."""
        return None if self.credential is None else self.credential.person

    @property
    def rights(self) -> object:
        """What whoever is signed in may do; differs where that has changed."""
        credential = self.credential
        return None if credential is None else (credential.person.role, credential.scopes)

    @property
    def viewpoint(self) -> Viewpoint:
        """Whose eyes rows are read with."""
        if self.viewer is None:
            return Viewpoint()
        return Viewpoint(self.viewer.id, is_moderator(self.viewer))

    async def load(
        self,
        query: Callable[..., Awaitable[Mapping[Key, Value]]],
        key: Key,
        *arguments: Hashable,
        **named: Hashable,
    ) -> Value | None:
        """The value of a key by a query `(session, keys, *arguments, **named) -> {key: value}`.

        All keys that this operation asks for with the same arguments at the same moment are answered by one call of
        the query, so by as many SQL statements for twenty rows as for one.
        """
        identity = (query, arguments, tuple(named.items()))
        loader = self._loaders.get(identity)
        if loader is None:

            async def load_many(keys: list[Key]) -> list[Value | None]:
                async with self.database.read_session() as session:
                    found = await query(session, keys, *arguments, **named)
                return [found.get(wanted) for wanted in keys]

            loader = self._loaders[identity] = DataLoader(load_many)
        # The value may be awaited by siblings as well: where this field is given up, it goes on for them.
        loaded: Value | None = await asyncio.shield(loader.load(key))
        return loaded

    async def get(
        self, query: Callable[..., Awaitable[Mapping[Key, Value]]], key: Key, *arguments: Hashable
    ) -> Value:
        """`load` where a foreign key or the query itself promises a value."""
        found = await self.load(query, key, *arguments)
        assert found is not None
        return found


Info: TypeAlias = strawberry.Info[Context, None]
