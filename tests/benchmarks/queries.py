"""The five queries: a document each, and the variables of its requests, drawn by a seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import orjson

from tests.benchmarks.data import Catalogue

Json = dict[str, Any]

# Different requests of one query; they are sent in turn, again and again.
REQUESTS = 2_000
_SEED = 20_261_124

# Everything that the page of a skill shows to somebody who is not signed in.
PROFILE = """query Profile($slug: String!) {
  skill(slug: $slug) {
    id slug name summary keywords status revision lastUpdatedAt
    roleCount levelCount mandatoryRequirementCount optionalRequirementCount watcherCount
    lastUpdatedBy { name } replacedBy { slug name } group { slug name domain { slug name } }
    proposals { totalCount }
    levels {
      level { slug name rank }
      requirements { id necessity proficiency description revision role { slug name } }
    }
  }
}"""

# Fifty skills with all that they ask for, as a page for comparing or printing wants them.
LIST = """query List($domain: String!, $orderBy: SkillOrder!) {
  skills(first: 50, filter: { domain: $domain }, orderBy: $orderBy) {
    nodes {
      id slug name summary
      levels {
        level { slug name rank }
        requirements { id necessity proficiency description role { slug name } }
      }
    }
  }
}"""

INDEX = """query Index {
  domains {
    slug name
    groups {
      slug name
      skills(first: 100) {
        nodes { slug name roleCount levelCount mandatoryRequirementCount optionalRequirementCount }
      }
    }
  }
}"""

ROLE = """query Role($slug: String!) {
  role(slug: $slug) {
    id slug name family skillCount mandatoryRequirementCount optionalRequirementCount
    levels { level { slug name rank } skillCount mandatoryRequirementCount optionalRequirementCount }
    skills(first: 60) {
      totalCount
      nodes { skill { slug name } requirements { id necessity proficiency description level { slug name rank } } }
    }
  }
}"""

SEARCH = """query Search($filter: SkillFilter!, $orderBy: SkillOrder!) {
  skills(first: 20, filter: $filter, orderBy: $orderBy) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes {
      slug name summary keywords status lastUpdatedAt
      roleCount levelCount mandatoryRequirementCount optionalRequirementCount group { slug name }
    }
  }
}"""

_ORDERS = [
    {"field": field, "direction": direction}
    for field, direction in product(("NAME", "LAST_UPDATED"), ("ASC", "DESC"))
]


@dataclass(frozen=True)
class Query:
    """A document and the variables of its requests."""

    name: str
    document: str
    variables: Sequence[Json]

    @property
    def bodies(self) -> list[bytes]:
        """What is posted: a line of JSON for each request."""
        return [self.body(variables) for variables in self.variables]

    def body(self, variables: Json) -> bytes:
        """What is posted with these variables."""
        return orjson.dumps({"query": self.document, "variables": variables})


def _profile(catalogue: Catalogue) -> list[Json]:
    return [{"slug": slug} for slug in catalogue.skills]


def _list(catalogue: Catalogue) -> list[Json]:
    return [{"domain": slug, "orderBy": order} for slug, order in product(catalogue.domains, _ORDERS)]


def _index(catalogue: Catalogue) -> list[Json]:
    return [{}]


def _role(catalogue: Catalogue) -> list[Json]:
    return [{"slug": slug} for slug in catalogue.matrix_roles]


def _search(catalogue: Catalogue) -> list[Json]:
    texts = product(catalogue.topics, _ORDERS)
    return [{"filter": {"text": topic}, "orderBy": order} for topic, order in texts]


_QUERIES: dict[str, tuple[str, Callable[[Catalogue], list[Json]]]] = {
    "profile": (PROFILE, _profile),
    "list": (LIST, _list),
    "index": (INDEX, _index),
    "role": (ROLE, _role),
    "search": (SEARCH, _search),
}
NAMES = tuple(_QUERIES)


def queries(catalogue: Catalogue, names: Sequence[str] = NAMES) -> list[Query]:
    """The queries of these names, each with up to 2,000 different requests in an order that looks random."""
    found = []
    for name in names:
        document, requests = _QUERIES[name]
        variables = requests(catalogue)
        random.Random(_SEED).shuffle(variables)
        found.append(Query(name, document, variables[:REQUESTS]))
    return found


def by_popularity(query: Query, count: int, *, exponent: float = 1.0) -> Query:
    """So many requests, drawn so that the n-th most popular is asked for 1/n^exponent as often as the first."""
    weights = [1 / rank**exponent for rank in range(1, len(query.variables) + 1)]
    drawn = random.Random(_SEED).choices(query.variables, weights, k=count)
    return Query(query.name, query.document, drawn)
