"""Checks of single values of a catalogue file: each turns a node into a value, or says what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from service.catalogue import rules
from service.catalogue.files.entries import Origin
from service.catalogue.files.faults import Notebook, did_you_mean, quoted
from service.catalogue.files.reading.nodes import Listing, Node, Record, Scalar, ScalarKind, describe
from service.catalogue.models import NAME_MAX, SUMMARY_MAX
from service.errors import InvalidInput

# Ranks are small; a column of PostgreSQL holds no more than this.
RANK_MAX = 1_000_000
# Anything else is a slip; and the first and the last moment that Python knows mean something else to the database.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Wrong(Exception):
    """What is wrong with a value: reasons with their lines."""

    def __init__(self, *reasons: tuple[int, str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons


Check = Callable[[Node], Any]


@dataclass(frozen=True)
class Form:
    """The keys that one kind of entry may have, each with its check, and those that it must have."""

    what: str
    checks: Mapping[str, Check]
    required: tuple[str, ...] = ()


def fill_in(form: Form, node: Node, notebook: Notebook) -> tuple[dict[str, Any], Origin] | None:
    """The values under the keys that are right, and where they stand; None where the node is no set of keys."""
    if not isinstance(node, Record):
        keys = ", ".join(form.required or form.checks)
        notebook.note(node.line, f"A {form.what} is a set of keys ({keys}); this is {describe(node)}.")
        return None
    values = {}
    for key, value in node.values.items():
        check = form.checks.get(key)
        if check is None:
            notebook.note(node.key_lines[key], _unknown_key(form, key))
            continue
        try:
            values[key] = check(value)
        except Wrong as wrong:
            for line, reason in wrong.reasons:
                notebook.note(line, f"{key}: {reason}")
    for key in form.required:
        if key not in node.values:
            notebook.note(node.line, f"A {form.what} needs a {key}: add the key `{key}`.")
    lines = {key: value.line for key, value in node.values.items()}
    return values, Origin(notebook.file, node.line, lines)


def _unknown_key(form: Form, key: str) -> str:
    if key == "<<":
        return "Merge keys (<<) are not read: write the keys out."
    hint = did_you_mean(key, form.checks) or f" It has: {', '.join(form.checks)}."
    return f"A {form.what} has no key {quoted(key)}.{hint}"


def as_it_is(node: Node) -> Node:
    """No check: the node is examined further by whoever asked."""
    return node


def plain_text(node: Node) -> str:
    """Any text."""
    if isinstance(node, Scalar) and node.kind is ScalarKind.TEXT:
        return node.text
    if isinstance(node, Scalar) and node.kind is not ScalarKind.NOTHING:
        raise Wrong(
            (node.line, f"A text is needed; {node.text[:40]} is {describe(node)}: put it in quotation marks.")
        )
    raise Wrong((node.line, f"A text is needed; this is {describe(node)}."))


def text(ensure: Callable[[str], None]) -> Check:
    """A text that keeps a rule."""

    def check(node: Node) -> str:
        value = plain_text(node)
        try:
            ensure(value)
        except InvalidInput as error:
            raise Wrong((node.line, error.message)) from error
        return value

    return check


def _ensure_slug(value: str) -> None:
    try:
        rules.ensure_slug(value)
    except InvalidInput as error:
        raise InvalidInput(f"{quoted(value)} is no slug. {error.message}") from error


def _ensure_family(value: str) -> None:
    rules.ensure_text(value, what="A family", least=1, most=NAME_MAX)


def _ensure_remark(value: str) -> None:
    rules.ensure_text(value, what="This text", least=0, most=SUMMARY_MAX)


slug = text(_ensure_slug)
name = text(rules.ensure_name)
summary = text(rules.ensure_summary)
description = text(rules.ensure_description)
family = text(_ensure_family)
remark = text(_ensure_remark)


def or_nothing(check: Check) -> Check:
    """What the check accepts, or an explicit null."""

    def check_or_nothing(node: Node) -> Any:
        is_nothing = isinstance(node, Scalar) and node.kind is ScalarKind.NOTHING
        return None if is_nothing else check(node)

    return check_or_nothing


def choice(kind: type[StrEnum]) -> Check:
    """One of an enum's values, in capitals or not."""
    known = {member.value: member for member in kind}

    def check(node: Node) -> StrEnum:
        value = plain_text(node)
        if value.upper() in known:
            return known[value.upper()]
        hint = did_you_mean(value.upper(), known) or f" It is one of {', '.join(known)}."
        raise Wrong((node.line, f"{quoted(value)} is not known here.{hint}"))

    return check


def rank(node: Node) -> int:
    """A whole number from 1, written with plain digits."""
    if isinstance(node, Scalar) and node.kind is ScalarKind.INTEGER and _WHOLE_NUMBER.fullmatch(node.text):
        value = int(node.text)
        if 1 <= value <= RANK_MAX:
            return value
    shown = quoted(node.text) if isinstance(node, Scalar) and node.text else describe(node)
    raise Wrong(
        (node.line, f"A rank is a whole number from 1 to {RANK_MAX:,}, the lowest level first; not {shown}.")
    )


def day(node: Node) -> date:
    """A date as in 2026-03-17."""
    if not isinstance(node, Scalar) or not _DAY.fullmatch(node.text):
        shown = quoted(node.text) if isinstance(node, Scalar) and node.text else describe(node)
        raise Wrong((node.line, f"A date is written YYYY-MM-DD, as in 2026-03-17; not {shown}."))
    try:
        value = date.fromisoformat(node.text)
    except ValueError as error:
        raise Wrong((node.line, f"{node.text} is not in the calendar.")) from error
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Wrong((node.line, f"{node.text} is too long ago or too far ahead: correct the year."))
    return value


def list_of(check: Check, ensure: Callable[[Sequence[str]], None]) -> Check:
    """A list whose items pass the check, and which keeps a rule as a whole."""

    def check_list(node: Node) -> list[Any]:
        if not isinstance(node, Listing):
            raise Wrong((node.line, f"A list is needed, as in [one, two]; this is {describe(node)}."))
        values, reasons = _each(check, node.items)
        if reasons:
            raise Wrong(*reasons)
        try:
            ensure(values)
        except InvalidInput as error:
            raise Wrong((node.line, error.message)) from error
        return values

    return check_list


def _each(check: Check, items: Iterable[Node]) -> tuple[list[Any], list[tuple[int, str]]]:
    values: list[Any] = []
    reasons: list[tuple[int, str]] = []
    for item in items:
        try:
            values.append(check(item))
        except Wrong as wrong:
            reasons += wrong.reasons
    return values, reasons


def _ensure_no_slug_twice(slugs: Sequence[str]) -> None:
    if len(set(slugs)) < len(slugs):
        raise InvalidInput("A slug stands there twice: take one out.")


keywords = list_of(plain_text, rules.ensure_keywords)
slugs = list_of(slug, _ensure_no_slug_twice)
