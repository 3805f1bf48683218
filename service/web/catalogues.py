"""`python -m service.web.catalogues [--check]`: gather the texts of the interface into the catalogues, or hold them.

Templates are read by Jinja's own extractor. Scripts are read by the calls of `_` and `ngettext` with plain strings:
Babel's reader of JavaScript loses its way in templates within templates.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from service.web.languages import LANGUAGES

_ROOT: Final = Path(__file__).parent
_STRING: Final = r'"((?:[^"\\]|\\.)*)"'
_CALL: Final = re.compile(rf"\b(?:_\(\s*{_STRING}|ngettext\(\s*{_STRING}\s*,\s*{_STRING})")


def main() -> int:
    """0 where the catalogues are written, or hold all texts in every language; else 1, and what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail where a text is not translated"
    )
    check = parser.parse_args().check
    template, wrong = extracted(), []
    for language in LANGUAGES:
        if language == "en":
            continue
        file = _ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
        before = file.read_bytes() if file.exists() else b""
        catalogue = read_po(io.BytesIO(before), locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        wrong += [f"{language}: {message.id!r} is not translated" for message in untranslated(catalogue)]
        after = io.BytesIO(_header(catalogue))
        after.seek(0, io.SEEK_END)
        write_po(after, catalogue, width=0, omit_header=True, no_location=True, sort_output=True)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(after.getvalue())
        elif _texts(before, language) != _texts(after.getvalue(), language):
            wrong.append(f"{file.name} of {language} lacks or keeps texts: run `make messages`")
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def extracted() -> Catalog:
    """Every text of templates and scripts."""
    catalogue = Catalog(fuzzy=False)
    for file in sorted((_ROOT / "templates").glob("*.html")):
        with file.open("rb") as text:
            for _, function, message, _ in babel_extract(
                text, ("_", "gettext", "ngettext"), (), {"trimmed": "true"}
            ):
                one, many = (message, None) if isinstance(message, str) else ((*(message or ()), None)[:2])
                assert one is not None
                catalogue.add((one, many) if function == "ngettext" and many is not None else one)
    for file in sorted((_ROOT / "static").rglob("*.js")):
        for message in _called(file.read_text(encoding="utf-8")):
            catalogue.add(message)
    return catalogue


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """The messages that lack a text, or one of their forms."""
    for message in catalogue:
        forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if message.id and (message.fuzzy or not all(forms)):
            yield message


def _header(catalogue: Catalog) -> bytes:
    """What a catalogue must say of itself, and no dates, which would differ each time."""
    lines = (f"Language: {catalogue.locale}", f"Plural-Forms: {catalogue.plural_forms}")
    told = "".join(f'"{line}\\n"\n' for line in (*lines, "Content-Type: text/plain; charset=utf-8"))
    return f'msgid ""\nmsgstr ""\n{told}\n'.encode()


def _called(script: str) -> Iterator[str | tuple[str, str]]:
    for match in _CALL.finditer(script):
        text, one, many = (part and re.sub(r"\\(.)", r"\1", part) for part in match.groups())
        yield text if text is not None else (one, many)


def _texts(file: bytes, language: str) -> dict[object, object]:
    return {
        message.id: message.string for message in read_po(io.BytesIO(file), locale=language) if message.id
    }


if __name__ == "__main__":
    sys.exit(main())
