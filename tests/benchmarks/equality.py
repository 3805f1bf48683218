"""Do they answer the same? Looked at before and after anything is timed."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.benchmarks.contenders import Contender
from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.queries import Json, Query

# Requests of each query that are compared.
SAMPLE = 8
_PATIENCE_SECONDS = 120.0
# Opaque: each server may write its own.
_CURSORS = ("startCursor", "endCursor")


def compare(contenders: Sequence[Contender], query: Query) -> None:
    """Ask all of them the same; the first one's answers are those that the others must give.

    Raises:
        BenchmarkFailed: one answers otherwise, saying where, or not at all.
    """
    with httpx.Client(timeout=_PATIENCE_SECONDS) as client:
        for variables in query.variables[:SAMPLE]:
            expected, *others = [_data(client, contender, query, variables) for contender in contenders]
            if not any(expected.values()):
                raise BenchmarkFailed(f"{contenders[0].name} finds nothing for {query.name} {variables}")
            for contender, data in zip(contenders[1:], others, strict=True):
                difference = first_difference(expected, data)
                if difference:
                    raise BenchmarkFailed(
                        f"{query.name} {variables}: {contender.name} does not answer as {contenders[0].name} "
                        f"does: {difference}"
                    )


def first_difference(expected: Any, found: Any, path: str = "data") -> str | None:
    """Where two answers differ first, and how; None where they are equal but for the text of cursors."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{path} has the fields {sorted(expected)} against {sorted(found)}"
        pairs = [(f"{path}.{name}", expected[name], found[name]) for name in expected]
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{path} has {len(expected)} rows against {len(found)}"
        pairs = [(f"{path}[{n}]", *pair) for n, pair in enumerate(zip(expected, found, strict=True))]
    elif path.endswith(_CURSORS) and isinstance(expected, str) and isinstance(found, str):
        return None
    else:
        same = type(expected) is type(found) and expected == found
        return None if same else f"{path} is {expected!r} against {found!r}"
    differences = (first_difference(one, other, where) for where, one, other in pairs)
    return next((difference for difference in differences if difference), None)


def _data(client: httpx.Client, contender: Contender, query: Query, variables: Json) -> Json:
    try:
        response = client.post(
            contender.url(query.name),
            content=query.body(variables),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise BenchmarkFailed(f"{contender.name} does not answer {query.name}: {error!r}") from error
    if response.status_code != 200 or "errors" in answer or not answer.get("data"):
        raise BenchmarkFailed(f"{contender.name} answers {query.name} with {response.text[:500]}")
    data: Json = answer["data"]
    return data
