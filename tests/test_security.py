"""What SECURITY.md promises is held by tests that are there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
ROWS = [
    (promise, re.findall(r"`(tests/[^`]+)`", cell))
    for promise, cell in re.findall(
        r"^\| (.+?) \| (.+) \|$", PROJECT.joinpath("SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    if promise != "Promise"
]


@cache
def found_in(path: str) -> frozenset[str]:
    """The tests of a file that pytest collects and runs, by their names behind `::`."""
    body = ast.parse(PROJECT.joinpath(path).read_text(encoding="utf-8")).body
    found = set(_tests_among(body))
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found |= {f"{node.name}::{name}" for name in _tests_among(node.body)}
    return frozenset(found)


def _tests_among(nodes: list[ast.stmt]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            if not re.search(r"mark\.(skip|xfail)", marks):
                yield node.name


def test_the_page_has_its_promises() -> None:
    assert len(ROWS) > 40
    assert len({promise for promise, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("promise", "named"), ROWS, ids=[promise[:40] for promise, _ in ROWS])
def test_each_promise_is_held_by_tests_that_are_there(promise: str, named: list[str]) -> None:
    assert named, promise
    for test in named:
        path, _, name = test.partition("::")
        assert name in found_in(path), test
