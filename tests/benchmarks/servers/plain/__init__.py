"""Strawberry, DataLoader and SQLModel objects, written the way their documentation shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

import service.tables  # noqa: F401  makes every foreign key's target known
from tests.benchmarks.servers.plain.loaders import Loaders
from tests.benchmarks.servers.plain.root import Query

_SCHEMA = strawberry.Schema(Query)


def application(database_url: str) -> Starlette:
    """Strawberry's own view at /graphql."""
    engine = create_async_engine(database_url, pool_size=10)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    return Starlette(routes=[Route("/graphql", _View(_SCHEMA, sessions))], lifespan=lifespan)


class _View(GraphQL[Any, None]):
    def __init__(self, schema: strawberry.Schema, sessions: async_sessionmaker[AsyncSession]) -> None:
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Any, response: Any) -> Any:
        """New loaders for each request."""
        return {"request": request, "response": response, "loaders": Loaders(self._sessions)}
