"""A small schema with everything a transport must cope with, and resolvers that misbehave on purpose."""

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from service.api.failures import Code, RequestError
from service.errors import Conflict, NotAllowed, NotFound

Even = NewType("Even", int)


def _parse_even(value: object) -> Even:
    number = int(str(value))
    if number % 2:
        raise GraphQLError(f"An even number is needed, not {number}.")
    return Even(number)


class NotYours(NotAllowed):
    """A situation with a code of its own."""

    code = "NOT_YOURS"


@strawberry.interface
class Node:
    """Everything with an id."""

    id: strawberry.ID


@strawberry.type
class Author(Node):
    """Who wrote a book."""

    name: str

    @strawberry.field
    def books(self, first: int | None = None, last: int | None = None) -> "BookConnection":
        """The books of this author."""
        return books(first or last or 20)


@strawberry.type
class Chapter:
    """A part of a book."""

    title: str

    @strawberry.field
    def book(self) -> "Book":
        """Where it stands."""
        return book(1)


@strawberry.type
class Book(Node):
    """What is sold."""

    title: str

    @strawberry.field
    def author(self) -> Author:
        """Its writer."""
        return Author(id=strawberry.ID("author"), name="Ada")

    @strawberry.field
    def chapters(self) -> list[Chapter]:
        """All of them."""
        return [Chapter(title="One"), Chapter(title="Two")]


@strawberry.type
class PageInfo:
    """Relay's own."""

    has_next_page: bool


@strawberry.type
class BookConnection:
    """A page of books."""

    nodes: list[Book]
    page_info: PageInfo


def book(number: int) -> Book:
    """A book like any other."""
    return Book(id=strawberry.ID(f"book-{number}"), title=f"Book {number}")


def books(count: int) -> BookConnection:
    """A page of so many."""
    nodes = [book(number) for number in range(count)]
    return BookConnection(nodes=nodes, page_info=PageInfo(has_next_page=False))


@strawberry.input(one_of=True)
class Choice:
    """One of two ways."""

    by_title: strawberry.Maybe[str]
    by_number: strawberry.Maybe[int]


@strawberry.type
class Failing:
    """A member that fails."""

    @strawberry.field
    def value(self) -> str | None:
        """Never."""
        raise ValueError("secret of the house")


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        """The simplest of all."""
        return f"Hello {name}"

    @strawberry.field
    def book(self, number: int) -> Book | None:
        """None for a number below 1."""
        return book(number) if number > 0 else None

    @strawberry.field
    def books(self, first: int | None = None, last: int | None = None) -> BookConnection:
        """All books."""
        return books(first or last or 20)

    @strawberry.field
    def shelves(self, size: int = 10) -> list[Book]:
        """A plain list."""
        return [book(number) for number in range(size)]

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]:
        """By id."""
        return [book(number) for number, _ in enumerate(ids)]

    @strawberry.field
    def find(self, choice: Choice) -> str:
        """What was chosen."""
        return "found"

    @strawberry.field
    def on(self, day: datetime.date) -> str:
        """A scalar of Strawberry's."""
        return day.isoformat()

    @strawberry.field
    def half(self, of: Even) -> int:
        """A scalar of our own."""
        return of // 2

    @strawberry.field
    def raising(self, what: str = "crash") -> str | None:
        """Fails in one of the ways that a resolver can fail."""
        failures: dict[str, Exception] = {
            "crash": ValueError("secret of the house"),
            "request": RequestError("Sign in first.", Code.UNAUTHENTICATED, hint="token"),
            "absent": NotFound("There is no such book."),
            "forbidden": NotYours("That is not your book."),
            "conflict": Conflict("Somebody was faster."),
            "coded": GraphQLError("Not today.", extensions={"code": "RATE_LIMITED"}),
            "long": NotFound("x" * 10_000),
        }
        raise failures[what]

    @strawberry.field
    def raising_often(self) -> list[Failing]:
        """A list whose every member fails in the same way."""
        return [Failing() for _ in range(5)]

    @strawberry.field
    def wrong(self) -> int:
        """Returns what its type forbids."""
        return "not a number"  # type: ignore[return-value]

    @strawberry.field
    def huge(self) -> Even:
        """Returns a number that our JSON has no form for."""
        return Even(10**30)

    @strawberry.field
    def note(self, text: strawberry.Maybe[str]) -> str:
        """An argument that may be left out, and may not be null."""
        return "noted"

    @strawberry.field
    def strict(self) -> str:
        """Fails although it must not be null."""
        raise ValueError("secret of the house")

    @strawberry.field
    async def slow(self, info: strawberry.Info) -> str:
        """Takes until somebody sets the event that the context brings."""
        try:
            info.context["started"].set()
            await info.context["go_on"].wait()
        except asyncio.CancelledError:
            info.context["stopped"].set()
            raise
        return "done"


@strawberry.type
class Mutation:
    """Writes."""

    @strawberry.mutation
    async def buy(self, info: strawberry.Info, number: int) -> Book:
        """Counts as a purchase in the context."""
        info.context["bought"].append(number)
        return book(number)

    @strawberry.mutation
    async def slow_buy(self, info: strawberry.Info) -> str:
        """Like `slow`, with a purchase at its end."""
        info.context["started"].set()
        await info.context["go_on"].wait()
        info.context["bought"].append(0)
        return "done"


class Ticks(AsyncIterator[int]):
    """Every number that the context's `ticks` brings, after the opening 0."""

    def __init__(self, queue: "asyncio.Queue[int]") -> None:
        self._queue = queue

    def opening(self) -> int:
        """The first."""
        return 0

    async def __anext__(self) -> int:
        return await self._queue.get()

    async def aclose(self) -> None:
        """Nothing to give back."""


@strawberry.type
class Subscription:
    """What goes on."""

    @strawberry.subscription
    async def ticks(self, info: strawberry.Info) -> AsyncIterator[int]:
        """The same numbers for everybody."""
        return Ticks(info.context["ticks"])

    @strawberry.subscription
    async def refused(self) -> AsyncIterator[int]:
        """Never begins."""
        raise NotFound("There is no such book.")


_scalars: dict[object, ScalarDefinition] = {
    Even: strawberry.scalar(name="Even", serialize=int, parse_value=_parse_even)
}
schema = strawberry.Schema(Query, Mutation, Subscription, config=StrawberryConfig(scalar_map=_scalars))
