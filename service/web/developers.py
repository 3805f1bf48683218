"""“For developers”: how a program speaks with the API, by samples that the tests send as they stand on the page."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.api.http import GraphQLApp
from service.api.limits import Limits
from service.api.persisted import hash_of
from service.web.operations import operations
from service.web.rendering import Site, rendered

SECRET: Final = "skp_…"  # noqa: S105  # of a token, to be put in
_WHO: Final = "{ viewer { unreadCount person { id name } } }"
_QUERY: Final = """query Skill($slug: String!) {
  skill(slug: $slug) {
    id
    name
    levels {
      level { name }
      requirements { necessity description role { name } }
    }
  }
}"""
_MUTATION: Final = """mutation Watch($input: WatchInput!) {
  watch(input: $input) {
    watch { id frequency }
    userErrors { __typename code message path }
  }
}"""
_SUBSCRIPTION: Final = """subscription Changes($slug: String!) {
  skillChanged(slug: $slug) {
    cursor
    skill { revision name }
  }
}"""
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
_SIGNED: Final = _JSON | {"Authorization": f"Bearer {SECRET}"}
_SLUG: Final = {"slug": "progressive-delivery"}
# What a client makes its types from: all scalars that are the API's own, strictly.
CODEGEN: Final = """schema: {url}/schema.graphql
documents: src/**/*.graphql
generates:
  src/api.ts:
    plugins: [typescript, typescript-operations, typed-document-node]
    config:
      strictScalars: true
      scalars: {{ DateTime: string, HTML: string, Markdown: string }}
"""


@dataclass(frozen=True)
class Sample:
    """A request, and what its answer is: its status and a part of its JSON or, for a stream, of its text."""

    query: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=lambda: _JSON)
    parameters: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answer: Any = None

    @property
    def body(self) -> str | None:
        """The JSON of a POST; None for a GET."""
        if self.query is None:
            return None
        return json.dumps({"query": " ".join(self.query.split()), "variables": dict(self.variables)})

    def command(self, url: str) -> str:
        """The request as curl sends it."""
        target = f"{url}/graphql" + (f"?{urlencode(self.parameters)}" if self.parameters else "")
        lines = [f"curl {shlex.quote(target)}"]
        lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in self.headers.items()]
        if self.body is not None:
            lines.append(f"--data {shlex.quote(self.body)}")
        return " \\\n  ".join(lines)


SAMPLES: Final = {
    "query": Sample(_QUERY, _SLUG, answer={"data": {"skill": {"name": "Progressive Delivery"}}}),
    "mutation": Sample(
        _MUTATION,
        {"input": {"subjectId": "MTpTa2lsbDox", "frequency": "DAILY"}},
        _SIGNED,
        answer={"data": {"watch": {"watch": {"frequency": "DAILY"}, "userErrors": []}}},
    ),
    "subscription": Sample(
        _SUBSCRIPTION, _SLUG, _JSON | {"Accept": "text/event-stream"}, answer="event: next\ndata: {"
    ),
    "persisted": Sample(
        headers={"Accept": "application/graphql-response+json"},
        parameters={"documentId": f"sha256:{hash_of(operations()['RoleIndex'].source)}"},
        answer={"data": {"viewer": None}},
    ),
    "user_error": Sample(
        _MUTATION,
        {"input": {"subjectId": "none"}},
        _SIGNED,
        answer={
            "data": {"watch": {"watch": None, "userErrors": [{"code": "NOT_FOUND", "path": ["subjectId"]}]}}
        },
    ),
    "request_error": Sample(
        "{ nothing }", status=400, answer={"errors": [{"extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}
    ),
    "limits": Sample("{ levels { slug } }", answer={"extensions": {"cost": {"limit": Limits().cost}}}),
}


def routes(graphql: GraphQLApp, site: Site) -> list[Route]:
    """`/developers`."""

    async def show(request: Request) -> Response:
        who = await graphql.data(_WHO, {}, request)
        facts = {"samples": SAMPLES, "codegen": CODEGEN.format(url=site.url), "limits": Limits()}
        return rendered("developers", site, request, {**who, **facts}, None)

    return [Route("/developers", show, methods=["GET"])]
