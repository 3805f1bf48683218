"""What is sent to hurt: bodies that are no requests, documents small to write and huge to answer."""

import json
import zlib

from graphql import get_introspection_query

HELLO = "{ hello }"


def body(document: str, **more: object) -> bytes:
    """A request's body."""
    return json.dumps({"query": document, **more}).encode()


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a string": b'"x"',
    "true": b"true",
    "an empty list": b"[]",
    "a batch": b'[{"query": "{ hello }"}, {"query": "{ hello }"}]',
    "an empty object": b"{}",
    "an empty document": body(""),
    "half a body": body(HELLO)[:-3],
    "two bodies": body(HELLO) * 2,
    "not UTF-8": b'{"query": "{ hello }\xff"}',
    "UTF-16": body(HELLO).decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + body(HELLO),
    "a raw NUL": b'{"query": "{ hello }\x00"}',
    "an escaped NUL": body("{ hello }\0"),
    "NUL in a literal": body('{ hello(name: "\\u0000") }'),
    "NUL in a literal in braces": body('{ hello(name: "\\u{0}") }'),
    "NUL in a variable": body("query($n: String!) { hello(name: $n) }", variables={"n": ["\0"]}),
    "half a surrogate": b'{"query": "{ hello(name: \\"\\ud800\\") }"}',
    "half a surrogate in a literal": body('{ hello(name: "\\ud800") }'),
    "lists 50,000 deep": b"[" * 50_000 + b"]" * 50_000,
    "objects 50,000 deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "variables 1,000 deep": b'{"query": "{ hello }", "variables": {"a": '
    + b"[" * 1_000
    + b"]" * 1_000
    + b"}}",
    "an integer of 5,000 digits": b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "NaN": b'{"query": "{ hello }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ hello }", "variables": {"a": -Infinity}}',
    "a name twice": b'{"query": "{ hello }", "query": "{ __typename }"}',
    "a name twice further in": b'{"query": "{ hello }", "variables": {"a": {"b": 1, "c": 1, "b": 2}}}',
    "gzip": zlib.compress(body(HELLO), wbits=31),
    "100,000 variables": body(HELLO, variables={"a": [1] * 100_000}),
    "100,000 names": body(HELLO, variables={f"a{number}": 1 for number in range(60_000)}),
}


def _chain(length: int, spread: str, end: str) -> str:
    """Fragments that each spread the next one."""
    links = [f"fragment F{n} on Query {{ {spread.format(next=n + 1)} }}" for n in range(length)]
    return " ".join(["{ ...F0 }", *links, f"fragment F{length} on Query {{ {end} }}"])


def _introspection_bomb(depth: int) -> str:
    return '{ __type(name: "Book") { ' + "fields { type { " * depth + "name " + "} } " * depth + "} }"


# Each is refused before it runs.
DOCUMENTS: dict[str, str] = {
    "20 kB of spaces": "{ hello }" + " " * 20_000,
    "20 kB in few characters": "{ hello } #" + "é" * 10_000,
    "2,000 tokens": "{ " + "hello " * 2_000 + "}",
    "10,000 comments": "#\n" * 9_900 + "{ hello }",
    "10,000 aliases": "{ " + " ".join(f"a{n}: hello" for n in range(10_000)) + " }",
    "31 aliases": "{ " + " ".join(f"a{n}: hello" for n in range(31)) + " }",
    "31 aliases by fragments": "{ "
    + "".join(f"book(number: {n}) {{ ...F }} " for n in range(31))
    + "} fragment F on Book { t: title }",
    "an alias that a hundred rows repeat": "{ books(first: 100) { nodes { " + "a" * 19_000 + ": title } } }",
    "501 fields": "{ " + "hello " * 501 + "}",
    "16 deep": "{ book(number: 1) { author "
    + "{ books { nodes { author " * 4
    + "{ books { nodes { title } } } "
    + "} } } " * 4
    + "} }",
    "190 inline fragments inside each other": "{ " + "... { " * 190 + "hello " + "} " * 190 + "}",
    "11 operations": " ".join(f"query Q{n} {{ hello }}" for n in range(11)),
    "18 fragments, each spread twice": _chain(18, "...F{next} ...F{next}", "hello"),
    "190 fragments, each spread twice": _chain(190, "...F{next} ...F{next}", "hello"),
    "1,000 fragments, each spread twice": _chain(1_000, "...F{next} ...F{next}", "hello"),
    "18 fragments without a field": _chain(18, "...F{next} ...F{next}", ""),
    "25 fragments under a connection": "{ books { nodes { ...F0 } } } "
    + " ".join(
        f"fragment F{n} on Book {{ author {{ books {{ nodes {{ ...F{n + 1} ...F{n + 1} }} }} }} }}"
        for n in range(25)
    )
    + " fragment F25 on Book { title }",
    "a bomb that nobody spreads": "{ hello } "
    + _chain(18, "...F{next} ...F{next}", "hello").removeprefix("{ ...F0 }"),
    "200 fragments in a row": _chain(200, "...F{next}", "hello"),
    "a fragment that spreads itself": "{ ...F } fragment F on Query { hello ...F }",
    "a cycle of fragments": "{ ...F } fragment F on Query { ...G ...G } fragment G on Query { ...F ...F }",
    "a cycle of 12, each spread twice": _chain(12, "...F{next} ...F{next}", "...F0"),
    "an unknown fragment": "{ ...Missing }",
    "lists 190 deep": "{ hello(name: " + "[" * 190 + "]" * 190 + ") }",
    "lists 900 deep": "{ hello(name: " + "[" * 900 + "]" * 900 + ") }",
    "objects 190 deep": "{ find(choice: " + "{byTitle: " * 190 + "1" + "}" * 190 + ") }",
    "an unknown variable in a oneOf": "{ find(choice: {byTitle: $missing}) }",
    "an unknown field of 19,000 letters": "{ " + "q" * 19_000 + " }",
    "800 unknown fields": "{ " + " ".join(f"q{n}" for n in range(400)) + " }",
    "an integer of 5,000 digits": "{ book(number: " + "9" * 5_000 + ") { title } }",
    "a float of 5,000 digits": "{ book(number: " + "9" * 5_000 + ".5) { title } }",
    "introspection 3 deep": _introspection_bomb(3),
    "introspection 100 deep": _introspection_bomb(100),
    "a million books": "{ books(first: 1000000) { nodes { title } } }",
    "books of authors of books": "{ books(first: 100) { nodes { author { books(first: 100) { nodes { author "
    "{ books(first: 100) { nodes { title } } } } } } } } }",
    "the same through a plain list": "{ shelves { chapters { book { author { books(first: 100) { nodes { chapters "
    "{ book { author { books(first: 100) { nodes { title } } } } } } } } } } } }",
    "1,500 ids": "{ nodes(ids: [" + '"a" ' * 1_500 + "]) { " + "id " * 100 + "} }",
}

# Each may run: what honest clients send at their largest.
HONEST: dict[str, str] = {
    "30 aliases": "{ " + " ".join(f"a{n}: hello" for n in range(30)) + " }",
    "introspection": get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    ),
    "one fragment in many places": "{ "
    + " ".join(f"b{n}: book(number: {n}) {{ ...F }}" for n in range(20))
    + " } fragment F on Book { id title author { name } }",
}
