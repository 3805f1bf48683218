"""Documents of the real schema, drawn at random: most of them valid and within the limits, some not.

What only the data can tell stands in them as a mark: `@skills 7@` is a cursor out of an earlier answer.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
)
from hypothesis import strategies as st

from service.api.node import NODE_TYPES, encode_id
from service.api.schema import schema
from tests.api.plan.nasty import TEXTS

SCHEMA: GraphQLSchema = schema._schema
Path = tuple[str, ...]
Kind = GraphQLObjectType | GraphQLInterfaceType
Item = TypeVar("Item")

# A document stays within the limits of aliases, depth and cost when it stays within these.
_FIELDS, _ALIASES, _DEPTH, _ROWS = 18, 25, 8, 1_500
_MARK = re.compile(r"@(\w+) (\d+)@")
# Left to the executor: rare here, so that most documents have a plan.
_RARE = frozenset(
    {
        *(("Query", name) for name in ("nodes", "viewer", "moderation", "changesSince")),
        ("ProposalChange", "fields"),
    }
)

_SLUGS = (
    *(f"skill-{n}" for n in range(15)),
    *("former", "former-draft", "own", "other", "empty"),
    *(f"{kind}-{n}" for kind in ("role", "level", "group", "domain") for n in range(5)),
    *TEXTS,
)
_ALIAS_NAMES = (
    *("_", "A" * 100, "on", "null", "true", "query", "type", "data", "__schema"),
    *("s0_limit", "number", "id", "name", "nodes"),
)
_IDS = tuple(
    encode_id(name, (number,) if len(kind.origin.key) == 1 else (number, other))
    for name, kind in NODE_TYPES.items()
    for number, other in ((1, 1), (2, 1), (3, 2), (1, 3), (99, 99))
)
_ODD_IDS = (
    "",
    "=",
    "MTpTa2lsbDox",
    "MTpTa2lsbDox=",
    "MTpTa2lsbDouMQ",
    "x" * 300,
    "é",
    encode_id("Skill", (1, 1)),
)
# Right for no argument, or for few.
_WRONG: tuple[Any, ...] = (
    True,
    1.5,
    2.0,
    -1,
    101,
    2**31,
    "x",
    "",
    "\0",
    "\ud800",
    "🧑‍🚀" * 50,
    [],
    [None],
    {},
    {"x": 1},
    None,
)
_MISSING = object()
# Whose cursors there are: of skills, of proposals, of the rows of a role's matrix and of comments, and of nothing.
CURSORS = ("skills", "proposals", "rows", "odd")

# Lists of rows that belong to one skill each, the name of the rows' type, and a list within a row.
_LISTS_OF_ROWS = (
    ("{ skills { nodes %s } }", "Skill", "levels { requirements { description role { name } } }"),
    ("{ skills(first: 9) { totalCount edges { cursor node %s } nodes %s } }", "Skill", "levels { id }"),
    ("{ domains { groups { name skills(last: 3) { nodes %s } } } }", "Skill", "levels { level { slug } }"),
    ('{ skills(filter: {role: "role-1"}) { nodes %s } frameworks { slug } }', "Skill", "levels { id }"),
    ('{ role(slug: "role-1") { name skills { nodes %s } } }', "RoleSkill", "requirements { revision }"),
    ("{ roles { skills(first: 5) { edges { cursor node %s } } } }", "RoleSkill", "requirements { id }"),
)

# How many choices a document takes: what the tape no longer decides is decided the simplest way.
_TAPE_BYTES = 350


class EnumName(str):
    """A value of an enum, which a literal writes without quotes."""


@dataclass(frozen=True)
class Asking:
    """A document with its variables."""

    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None

    def of(self, cursors: Mapping[str, Sequence[str]]) -> tuple[str, Any]:
        """Document and variables with the lists' cursors in the place of their marks."""

        def cursor(found: re.Match[str]) -> str:
            known = cursors[found[1]]
            return known[int(found[2]) % len(known)]

        text = _MARK.sub(cursor, json.dumps(self.variables))
        return _MARK.sub(cursor, self.document), json.loads(text)


def askings() -> st.SearchStrategy[Asking]:
    """Queries of several root fields, whole with their fragments and variables.

    Hypothesis draws one tape of bytes for each, and not every choice: that takes a tenth of the time, and shrinks as
    well.
    """
    return st.binary(min_size=_TAPE_BYTES, max_size=_TAPE_BYTES).map(
        lambda tape: _Author(Tape(tape)).asking()
    )


def askings_of_rows() -> st.SearchStrategy[Asking]:
    """Lists of rows that belong to one skill each, and of these mostly what is the skill's own."""
    return st.binary(min_size=_TAPE_BYTES, max_size=_TAPE_BYTES).map(
        lambda tape: _Author(Tape(tape), keeps_to_rows=True).asking_of_rows()
    )


class Tape:
    """Choices by the bytes of a tape, one or two each; 0 is the simplest, and stands behind its end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def number(self, least: int, most: int) -> int:
        """One of the numbers between, both included."""
        span = most - least + 1
        value = self._byte()
        if span > 64:
            value = value * 256 + self._byte()
        return least + value % span

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.number(0, len(items) - 1)]

    def is_chosen(self, percent: int) -> bool:
        """Whether something of the chance happens."""
        return self.number(0, 99) >= 100 - percent

    def _byte(self) -> int:
        self._position += 1
        return self._content[self._position - 1] if self._position <= len(self._content) else 0


@dataclass
class _Variable:
    name: str
    type: str
    default: str | None
    given: Any


class _Author:
    """Writes one document, from the root down."""

    def __init__(self, tape: Tape, *, keeps_to_rows: bool = False) -> None:
        self._tape = tape
        # Whether only fields without arguments are asked for.
        self._keeps_to_rows = keeps_to_rows
        self._left = tape.number(1, _FIELDS)
        self._values = _Values(tape)
        self._aliases = 0
        self._fragments: dict[str, tuple[str, str]] = {}
        # What each name of the answer stands for, so that fields of one name can be merged.
        self._taken: dict[Path, tuple[str, str]] = {}

    def asking(self) -> Asking:
        """The document around its operation."""
        query = SCHEMA.query_type
        assert query is not None
        return self._around(self._selections(query, (), 1.0))

    def asking_of_rows(self) -> Asking:
        """The document around a list of rows, each with a list in it."""
        text, name, inner = self._tape.pick(_LISTS_OF_ROWS)
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        for place in range(text.count("%s")):
            below = self._selections(kind, (str(place),), _ROWS / 10)
            text = text.replace("%s", f"{below.removesuffix('}')}{inner} }}", 1)
        return self._around(text)

    def _around(self, body: str) -> Asking:
        several = self._tape.is_chosen(10)
        texts = [f"{self._head(named=several)} {body}"]
        texts += [f"fragment {name} on {kind} {text}" for name, (kind, text) in self._fragments.items()]
        if several:
            texts.insert(0, "query Other { frameworks { slug } }")
        given = {one.name: one.given for one in self._values.variables if one.given is not _MISSING}
        return Asking("\n".join(texts), given, "Main" if several else None)

    def _head(self, *, named: bool) -> str:
        name = "Main" if named else ""
        if not self._values.variables:
            return f"query {name}"
        declared = [
            f"${one.name}: {one.type}" + ("" if one.default is None else f" = {one.default}")
            for one in self._values.variables
        ]
        return f"query {name}({', '.join(declared)})"

    def _selections(self, kind: Kind, path: Path, rows: float) -> str:
        """The selection set of an object at the path of the answer, which may occur in so many rows."""
        count = self._tape.number(1, 4)
        return "{ " + " ".join(self._selection(kind, path, rows) for _ in range(count)) + " }"

    def _selection(self, kind: Kind, path: Path, rows: float) -> str:
        chance = self._tape.number(0, 99)
        is_node = isinstance(kind, GraphQLInterfaceType)
        if self._left > 0 and chance >= 92:
            return self._spread(kind, path, rows)
        if self._left > 0 and chance >= (15 if is_node else 84):
            condition = self._condition(kind)
            on = f"on {condition.name} " if condition is not kind or self._tape.is_chosen(50) else ""
            return f"... {on}{self._directives()}{self._selections(condition, path, rows)}"
        if chance >= 78:
            return self._named("__typename", path, {}) + self._directives()
        return self._field(kind, path, rows)

    def _condition(self, kind: Kind) -> Kind:
        """A type that an object of the kind may be."""
        if isinstance(kind, GraphQLObjectType):
            interfaces: Sequence[Kind] = [kind, *kind.interfaces]
            return self._tape.pick(interfaces)
        objects: Sequence[Kind] = [kind, *SCHEMA.get_possible_types(kind)]
        return self._tape.pick(objects)

    def _spread(self, kind: Kind, path: Path, rows: float) -> str:
        condition = self._condition(kind)
        known = [name for name, (of, _) in self._fragments.items() if of == condition.name]
        if known and self._tape.is_chosen(40):
            return f"...{self._tape.pick(known)} {self._directives()}"
        text = self._selections(condition, path, rows)
        name = f"F{len(self._fragments)}"
        self._fragments[name] = (condition.name, text)
        return f"...{name} {self._directives()}"

    def _field(self, kind: Kind, path: Path, rows: float) -> str:
        self._left -= 1
        names = self._fields(kind, path, rows)
        if not names:
            return self._named("__typename", path, {})
        name = self._tape.pick(names)
        found = kind.fields[name]
        text = self._named(name, path, found.args)
        key = text.partition("(")[0].partition(":")[0].strip()
        target = get_named_type(found.type)
        below = ""
        if isinstance(target, GraphQLObjectType | GraphQLInterfaceType):
            below = self._selections(target, (*path, key), rows * _rows_of(found, text))
        return f"{text} {self._directives()}{below}"

    def _fields(self, kind: Kind, path: Path, rows: float) -> list[str]:
        fields = [name for name in kind.fields if (kind.name, name) not in _RARE or self._tape.is_chosen(3)]
        if self._keeps_to_rows:
            fields = [name for name in fields if not kind.fields[name].args]
        if self._left > 0 and len(path) < _DEPTH and rows <= _ROWS:
            return fields
        return [name for name in fields if not _is_composite(kind.fields[name])]

    def _named(self, name: str, path: Path, takes: Mapping[str, GraphQLArgument]) -> str:
        """The field under a name of the answer that is free, or stands for the very same."""
        if not self._tape.is_chosen(20) or self._aliases >= _ALIASES:
            field, arguments = self._taken.get((*path, name), (name, None))
            if field == name:
                arguments = self._arguments(takes) if arguments is None else arguments
                self._taken[(*path, name)] = (name, arguments)
                return name + arguments
        self._aliases += 1
        alias = self._tape.pick(_ALIAS_NAMES)
        if (*path, alias) in self._taken:
            alias = f"a{self._aliases}"
        arguments = self._arguments(takes)
        self._taken[(*path, alias)] = (name, arguments)
        return f"{alias}: {name}{arguments}"

    def _arguments(self, takes: Mapping[str, GraphQLArgument]) -> str:
        given = []
        of_list = (
            "skills"
            if "orderBy" in takes
            else "proposals"
            if "filter" in takes or "state" in takes
            else "rows"
        )
        for name, argument in takes.items():
            needed = isinstance(argument.type, GraphQLNonNull)
            if needed or self._tape.is_chosen(15 if name in ("last", "before", "after") else 40):
                hint = of_list if name in ("before", "after") else name
                given.append(f"{name}: {self._values.value(argument.type, hint)}")
        return f"({', '.join(given)})" if given else ""

    def _directives(self) -> str:
        if not self._tape.is_chosen(10):
            return ""
        names = self._tape.pick([("skip",), ("include",), ("include", "skip")])
        return "".join(f"@{name}(if: {self._values.condition()}) " for name in names)


class _Values:
    """Writes arguments, and declares the variables that they need."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.variables: list[_Variable] = []

    def value(self, kind: GraphQLInputType, name: str) -> str:
        """A literal or a variable for an argument."""
        if not self._tape.is_chosen(35):
            return _literal(self._drawn(kind, name))
        return self._variable(kind, lambda: self._drawn(kind, name))

    def condition(self) -> str:
        """Of a directive."""
        if self._tape.is_chosen(50):
            return self._tape.pick(["true", "false"])
        known = [one.name for one in self.variables if one.type.startswith("Boolean")]
        if known and self._tape.is_chosen(50):
            return "$" + self._tape.pick(known)
        kind = GraphQLNonNull(GraphQLBoolean)
        return self._variable(kind, lambda: self._tape.pick([False, True]))

    def _variable(self, kind: GraphQLInputType, drawn: Callable[[], Any]) -> str:
        name = f"v{len(self.variables)}"
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        needed = inner is not kind
        default = _literal(drawn()) if self._tape.is_chosen(40) else None
        if needed and default == "null":
            default = None
        # A place that needs a value takes a nullable variable with a default, too.
        is_strict = needed if default is None else self._tape.is_chosen(30)
        given = drawn()
        if self._tape.is_chosen(25 if default is not None or not is_strict else 2):
            given = self._tape.pick([_MISSING, None])
        if self._tape.is_chosen(3):
            given = self._tape.pick(_WRONG)
        self.variables.append(_Variable(name, f"{inner}!" if is_strict else str(inner), default, given))
        return f"${name}"

    def _drawn(self, kind: GraphQLInputType, name: str) -> Any:
        """A value of the type, or rarely one that is not."""
        if self._tape.is_chosen(1):
            return self._tape.pick(_WRONG)
        if isinstance(kind, GraphQLNonNull):
            return self._of(kind.of_type, name)
        return None if self._tape.is_chosen(8) else self._of(kind, name)

    def _of(self, kind: GraphQLInputType, name: str) -> Any:
        if isinstance(kind, GraphQLList):
            return [self._drawn(kind.of_type, name) for _ in range(self._tape.number(0, 3))]
        if isinstance(kind, GraphQLEnumType):
            return EnumName(self._tape.pick(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return {
                key: self._drawn(one.type, key)
                for key, one in kind.fields.items()
                if isinstance(one.type, GraphQLNonNull) or self._tape.is_chosen(30)
            }
        if name in CURSORS:
            of_list = self._tape.pick(CURSORS) if self._tape.is_chosen(10) else name
            return f"@{of_list} {self._tape.number(0, 99)}@"
        return self._tape.pick(_POOLS.get(name) or _POOLS[str(kind)])


_POOLS: dict[str, Sequence[Any]] = {
    "text": (
        *("", " ", "a", "A", "%", "_", "\\", "plain", "same"),
        *("skill", "of", "plain and more", "a:*", "!a | b", "<->", "&", "(", "on-call a@b.c", "C++"),
        *("\x01", "é", "🧑‍🚀", "\u2028", "'", '"', "x" * 200, "x" * 201),
    ),
    "number": (1, 2, 3, 4, 9, 0, -1, 2_147_483_647),
    "String": _SLUGS,
    "ID": (*_IDS, *_ODD_IDS),
    "Int": (2, 0, 1, 3, 5, 20, 100),
    "Float": (0.5, 0, -1.0),
    "Boolean": (True, False),
    "DateTime": (
        *("2026-03-17T08:00:00Z", "2026-03-17T00:00:00.000001+14:00", "0001-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59.999999-14:00", "2026-03-17", "then"),
    ),
}


def _literal(value: Any) -> str:
    """The value as GraphQL writes it."""
    if isinstance(value, EnumName):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)


def _is_composite(found: GraphQLField) -> bool:
    return isinstance(get_named_type(found.type), GraphQLObjectType | GraphQLInterfaceType)


def _rows_of(found: GraphQLField, text: str) -> float:
    """By how much the field multiplies the cost of what stands below it, about."""
    if get_named_type(found.type).name.endswith("Connection"):
        first = re.search(r"(?:first|last): (\d+)", text)
        return max(1, int(first[1])) if first else 20
    kind = found.type.of_type if isinstance(found.type, GraphQLNonNull) else found.type
    return 5 if is_list_type(kind) else 1
