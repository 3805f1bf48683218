"""A query whose client has gone is given up in the middle, wherever it is, and leaves nothing behind."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import suppress

import pytest
import strawberry

from service.api import execution
from service.api.documents import Library
from service.api.execution import Call, Runner
from service.api.limits import Limits


@strawberry.type
class Leaf:
    @strawberry.field
    async def name(self) -> str:
        await asyncio.sleep(0)
        return "a leaf"

    @strawberry.field
    async def colour(self) -> str | None:
        return "green"


@strawberry.type
class Branch:
    @strawberry.field
    async def leaves(self) -> list[Leaf]:
        return [Leaf(), Leaf(), Leaf()]

    @strawberry.field
    async def first(self) -> Leaf:
        await asyncio.sleep(0)
        return Leaf()


@strawberry.type
class Query:
    @strawberry.field
    async def branches(self) -> list[Branch]:
        return [Branch(), Branch()]

    @strawberry.field
    async def trunk(self) -> Branch:
        return Branch()


@pytest.fixture
def small_heap() -> Iterator[None]:
    """The collector looks at nothing that was there before: a hundred collections of all of it would take long."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("small_heap")
async def test_a_query_may_be_given_up_at_any_moment() -> None:
    schema = execution.executable(strawberry.Schema(Query))
    text = "{ branches { leaves { name colour } first { name colour } } trunk { leaves { name } first { name } } }"
    document = Library(schema, Limits()).document(text)
    call = Call(document, document.operation(None), {}, {}, 1)
    finished = None
    for moment in range(100):
        work = asyncio.create_task(Runner(schema, Limits()).run(call, None))
        for _ in range(moment):
            await asyncio.sleep(0)
        if work.done():
            finished = work.result()
            break
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        # Python warns of what nobody awaits as it is thrown away, and a warning is an error here.
        gc.collect()
    assert finished is not None
    assert finished.errors == []
    assert finished.data is not None
    assert finished.data["trunk"] == {"leaves": [{"name": "a leaf"}] * 3, "first": {"name": "a leaf"}}
