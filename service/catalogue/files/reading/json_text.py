"""Reads JSON text into nodes.

A YAML parser reads most JSON, but not all of it: it refuses surrogate pairs written as escapes and tabs before the
first bracket, and takes some characters inside a text for line breaks. So lists and objects are walked here, where
lines and keys that stand twice are seen, and every single value is left to the standard library's decoder.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from service.catalogue.files.faults import Notebook, Unreadable, quoted
from service.catalogue.files.reading.nodes import (
    DEPTH_MAX,
    TOO_DEEP,
    TOO_MANY,
    VALUES_MAX,
    Lines,
    Listing,
    Node,
    Record,
    Scalar,
    ScalarKind,
)

_SPACE = re.compile(r"[ \t\n\r]*")


def read_json(text: str, notebook: Notebook) -> Node | None:
    """The value of the text; None where it is blank. Notes keys that stand twice.

    Raises:
        Unreadable: broken JSON, or too deep.
    """
    return _Walker(text, Lines(text), notebook).document()


@dataclass(frozen=True)
class _Number:
    kind: ScalarKind
    text: str


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Numbers keep their letters: Python refuses to convert very long ones, and a version 1.10 is not 1.1.
_DECODER = json.JSONDecoder(
    parse_int=lambda text: _Number(ScalarKind.INTEGER, text),
    parse_float=lambda text: _Number(ScalarKind.NUMBER, text),
    parse_constant=_refuse_constant,
)


class _Walker:
    """Walks one text from its beginning; `_offset` is the next character."""

    def __init__(self, text: str, lines: Lines, notebook: Notebook) -> None:
        self._text = text
        self._lines = lines
        self._notebook = notebook
        self._offset = 0
        self._values = 0

    def document(self) -> Node | None:
        if not self._peek():
            return None
        root = self._node(depth=1)
        if self._peek():
            self._fail("there is more text after the end of the document")
        return root

    def _node(self, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise Unreadable(self._line(), TOO_DEEP)
        self._values += 1
        if self._values > VALUES_MAX:
            raise Unreadable(self._line(), TOO_MANY)
        match self._peek():
            case "{":
                return self._record(depth)
            case "[":
                return self._listing(depth)
            case _:
                return self._scalar()

    def _scalar(self) -> Scalar:
        line = self._line()
        match self._value():
            case str(text):
                return Scalar(line, ScalarKind.TEXT, text)
            case _Number(kind, text):
                return Scalar(line, kind, text)
            case None:
                return Scalar(line, ScalarKind.NOTHING, "null")
            case truth:
                return Scalar(line, ScalarKind.TRUTH, str(truth).lower())

    def _value(self) -> Any:
        try:
            value, self._offset = _DECODER.raw_decode(self._text, self._offset)
        except json.JSONDecodeError as error:
            self._offset = min(error.pos, len(self._text))
            self._fail(error.msg[:1].lower() + error.msg[1:])
        except ValueError as error:
            self._fail(str(error))
        return value

    def _listing(self, depth: int) -> Listing:
        listing = Listing(self._line(), [])
        self._offset += 1
        if self._took("]"):
            return listing
        while True:
            listing.items.append(self._node(depth + 1))
            if self._took("]"):
                return listing
            self._take(",", "a comma or the end of the list is missing")

    def _record(self, depth: int) -> Record:
        record = Record(self._line(), {}, {})
        self._offset += 1
        if self._took("}"):
            return record
        while True:
            if self._peek() != '"':
                self._fail("a key between double quotation marks is missing")
            line = self._line()
            key = self._value()
            self._take(":", "a colon after the key is missing")
            self._keep(record, key, line, self._node(depth + 1))
            if self._took("}"):
                return record
            self._take(",", "a comma or the end of the object is missing")

    def _keep(self, record: Record, key: str, line: int, value: Node) -> None:
        if key in record.values:
            first = record.key_lines[key]
            self._notebook.note(line, f"The key {quoted(key)} stands twice, first on line {first}: keep one.")
        else:
            record.values[key] = value
            record.key_lines[key] = line

    def _peek(self) -> str:
        """The next character that is not blank, or nothing at the end."""
        space = _SPACE.match(self._text, self._offset)
        assert space is not None
        self._offset = space.end()
        return self._text[self._offset : self._offset + 1]

    def _took(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self._offset += 1
        return True

    def _take(self, character: str, otherwise: str) -> None:
        if not self._took(character):
            self._fail(otherwise)

    def _fail(self, problem: str) -> NoReturn:
        raise Unreadable(self._line(), f"This is not JSON: {problem}.")

    def _line(self) -> int:
        return self._lines.at(self._offset)
