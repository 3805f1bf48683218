"""Writes a catalogue's document as YAML that a person likes to edit and that reads back letter by letter."""

import re
from typing import Any

import yaml

from service.catalogue.files.exporting.documents import Document

_WIDTH = 96
_SHORT = 80
# What a block scalar can hold as it is: printable characters, no blanks at either end of a line, and at most one
# line break at the end. Everything else is safe only between double quotation marks.
_PRINTABLE = "\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_ODD = re.compile(f"[^\n{_PRINTABLE}]")
_BLANK_AT_AN_END = re.compile(r"^ | $|\n\n\Z|\A\n", re.MULTILINE)


def to_yaml(document: Document) -> str:
    """The text, with a blank line between sections and between skills."""
    return "\n".join(_section(key, value) for key, value in document.items())


def _section(key: str, value: Any) -> str:
    if key != "skills" or not value:
        return _dump({key: value})
    heading = f"{key}:\n"
    return heading + "\n".join(_dump({key: [_in_style(skill)]}).removeprefix(heading) for skill in value)


def _in_style(skill: Document) -> Document:
    """Short lists stand on one line."""
    return {
        key: _OneLine(value) if key in ("keywords", "formerSlugs") else value for key, value in skill.items()
    }


def _dump(value: Any) -> str:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    assert isinstance(text, str)
    return text


class _OneLine(list[str]):
    """A list written as [one, two]."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's own, with lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent, whatever the emitter thinks of it."""
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_style(text))


def _style(text: str) -> str | None:
    """PyYAML's own choice for short ordinary texts, a block for prose, quotation marks for everything odd."""
    if _ODD.search(text):
        return '"'
    if "\n" not in text and len(text) <= _SHORT:
        return None
    if _BLANK_AT_AN_END.search(text):
        return '"'
    return "|" if "\n" in text else ">"


def _represent_one_line(dumper: _Dumper, values: _OneLine) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_multi_representer(str, _represent_text)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_OneLine, _represent_one_line)
