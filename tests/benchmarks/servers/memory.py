"""The cached floor: hand-written routes that keep the bytes of every answer for good."""

import orjson
from starlette.applications import Starlette

from tests.benchmarks.connections import Pool
from tests.benchmarks.servers import routes
from tests.benchmarks.servers.one_statement import STATEMENTS, Statement, StatementOf


def application(database_url: str) -> Starlette:
    """A route for each query."""
    return routes.application(database_url, {name: _answer(of) for name, of in STATEMENTS.items()})


def _answer(statement_of: StatementOf) -> routes.Answer:
    kept: dict[Statement, bytes] = {}

    async def answer(pool: Pool, variables: routes.Variables) -> bytes:
        statement = statement_of(variables)
        found = kept.get(statement)
        if found is None:
            text, arguments = statement
            # Through Python once, since PostgreSQL's text has spaces.
            found = kept[statement] = orjson.dumps(orjson.loads(await pool.fetchval(text, *arguments)))
        return found

    return answer
