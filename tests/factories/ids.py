"""Where the inputs of mutations take ids, derived from the schema: a new mutation is among them by itself."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_input_field,
)

Json = dict[str, Any]
Path = tuple[str, ...]


def id_paths(kind: GraphQLInputType, before: Path = ()) -> Iterator[Path]:
    """Every way to an id in an input of the type."""
    named = get_named_type(kind)
    assert isinstance(named, GraphQLInputObjectType)
    for name, field in named.fields.items():
        inner = get_named_type(field.type)
        if inner.name == "ID":
            yield (*before, name)
        elif isinstance(inner, GraphQLInputObjectType):
            yield from id_paths(inner, (*before, name))


def with_id(kind: GraphQLInputType, given: Any, path: Path, key: str) -> Any:
    """The input that was given, with the id at the path instead.

    Where the path leaves it, only what must be there stays beside it: the rest is another way of saying the same.
    """
    if isinstance(kind, GraphQLNonNull):
        return with_id(kind.of_type, given, path, key)
    if isinstance(kind, GraphQLList):
        return [with_id(kind.of_type, given[0] if given else None, path, key)]
    if not path:
        return key
    assert isinstance(kind, GraphQLInputObjectType)
    name, *rest = path
    kept: Json = dict(given or {})
    if name not in kept:
        kept = {} if kind.is_one_of else _needed(kind, kept, key)
    return kept | {name: with_id(kind.fields[name].type, kept.get(name), tuple(rest), key)}


def _needed(kind: GraphQLInputObjectType, given: Json, key: str) -> Json:
    """The fields that must be there, as they were given, or else with anything that fits."""
    return {
        name: given[name] if name in given else _anything(field.type, key)
        for name, field in kind.fields.items()
        if is_required_input_field(field)
    }


def _anything(kind: GraphQLInputType, key: str) -> Any:
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return {"ID": key, "Int": 1, "String": "Anything."}.get(named.name, [])
