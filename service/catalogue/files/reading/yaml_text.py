"""Reads YAML text into nodes.

It walks the parser's events instead of loading values: each value keeps its line, a plain `yes` or `1.10` keeps its
letters, a key that stands twice is seen, and depth and aliases are bounded before anything is expanded.
"""

import re
from typing import Any

import yaml

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

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a build of PyYAML without libyaml: slower, with the same answers
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

# How many values aliases may stand for in one file, beyond those that are written out.
ALIASED_MAX = 100_000

# Control characters that YAML does not allow, and three that it would take for line breaks or alter.
_NOT_IN_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Tags that say what is so anyway.
_HARMLESS_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")
_KINDS = {
    "tag:yaml.org,2002:int": ScalarKind.INTEGER,
    "tag:yaml.org,2002:float": ScalarKind.NUMBER,
    "tag:yaml.org,2002:bool": ScalarKind.TRUTH,
    "tag:yaml.org,2002:timestamp": ScalarKind.DATE,
    "tag:yaml.org,2002:null": ScalarKind.NOTHING,
}


def read_yaml(text: str, notebook: Notebook) -> Node | None:
    """The one document of the text; None where there is none. Notes keys that stand twice and tags.

    Raises:
        Unreadable: broken YAML, a character that YAML does not allow, too deep, too many aliases.
    """
    lines = Lines(text)
    found = [(lines.at(match.start()), match[0]) for match in _NOT_IN_YAML.finditer(text)]
    for line, character in found[:-1]:
        notebook.note(line, _bad_character(character))
    if found:
        raise Unreadable(found[-1][0], _bad_character(found[-1][1]))
    try:
        return _Composer(text, lines, notebook).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = f" {error.context}" if error.context else ""
        raise Unreadable(
            lines.at(mark.index) if mark else None,
            f"This is not YAML:{context} {error.problem}. Look for a missing quotation mark, a colon inside an "
            "unquoted text, a tab, or uneven indentation.",
        ) from error


def _bad_character(character: str) -> str:
    return (
        f"The character U+{ord(character):04X} cannot stand in YAML as it is: take it out, or write it as "
        f"\\u{ord(character):04X} in a text between double quotation marks."
    )


class _Composer:
    """Turns the events of one text into nodes."""

    def __init__(self, text: str, lines: Lines, notebook: Notebook) -> None:
        self._loader: Any = _Loader(text)
        self._lines = lines
        self._notebook = notebook
        self._anchors: dict[str, tuple[Node, int]] = {}
        # Values written out, and values that there would be with every alias replaced by what it stands for.
        self._written = 0
        self._expanded = 0

    def document(self) -> Node | None:
        self._loader.get_event()
        if self._loader.check_event(yaml.StreamEndEvent):
            return None
        self._loader.get_event()
        root = self._node(self._loader.get_event(), depth=1)
        self._loader.get_event()
        if not self._loader.check_event(yaml.StreamEndEvent):
            self._notebook.note(
                self._line(self._loader.peek_event()),
                "A second document begins here: one file holds one, put it into a file of its own.",
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > DEPTH_MAX:
            raise Unreadable(self._line(event), TOO_DEEP)
        before = self._expanded
        self._written += 1
        if self._written > VALUES_MAX:
            raise Unreadable(self._line(event), TOO_MANY)
        self._expanded += 1
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._listing(event, depth)
        else:
            node = self._record(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._expanded - before)
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise Unreadable(
                self._line(event),
                f"The alias *{event.anchor} stands for nothing above it: write its value out.",
            )
        node, size = self._anchors[event.anchor]
        self._expanded += size
        if self._expanded - self._written > ALIASED_MAX:
            raise Unreadable(
                self._line(event),
                f"The aliases of this file stand for more than {ALIASED_MAX:,} values: write them out.",
            )
        return node

    def _scalar(self, event: Any) -> Scalar:
        tag = event.tag
        if tag is None:
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        else:
            self._refuse_tag(event)
        return Scalar(self._line(event), _KINDS.get(tag, ScalarKind.TEXT), event.value)

    def _listing(self, event: Any, depth: int) -> Listing:
        self._refuse_tag(event)
        items = []
        while not isinstance(item := self._loader.get_event(), yaml.SequenceEndEvent):
            items.append(self._node(item, depth + 1))
        return Listing(self._line(event), items)

    def _record(self, event: Any, depth: int) -> Record:
        self._refuse_tag(event)
        record = Record(self._line(event), {}, {})
        while not isinstance(key_event := self._loader.get_event(), yaml.MappingEndEvent):
            key = self._node(key_event, depth + 1)
            value = self._node(self._loader.get_event(), depth + 1)
            line = self._line(key_event)
            if not isinstance(key, Scalar):
                self._notebook.note(line, "A key is a single word: this one is a list or a set of keys.")
            elif key.text in record.values:
                first = record.key_lines[key.text]
                self._notebook.note(
                    line, f"The key {quoted(key.text)} stands twice, first on line {first}: keep one."
                )
            else:
                record.values[key.text] = value
                record.key_lines[key.text] = line
        return record

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in _HARMLESS_TAGS:
            self._notebook.note(
                self._line(event), f"The tag {quoted(event.tag)} means nothing here: take it out."
            )

    def _line(self, event: Any) -> int:
        return self._lines.at(event.start_mark.index)
