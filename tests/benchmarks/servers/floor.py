"""The floor: hand-written routes, each of which answers with the text of one statement."""

from starlette.applications import Starlette

from tests.benchmarks.connections import Pool
from tests.benchmarks.servers import routes
from tests.benchmarks.servers.one_statement import STATEMENTS, StatementOf


def application(database_url: str) -> Starlette:
    """A route for each query."""
    return routes.application(database_url, {name: _answer(of) for name, of in STATEMENTS.items()})


def _answer(statement_of: StatementOf) -> routes.Answer:
    async def answer(pool: Pool, variables: routes.Variables) -> str:
        statement, arguments = statement_of(variables)
        text: str = await pool.fetchval(statement, *arguments)
        return text

    return answer
