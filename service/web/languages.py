"""The languages of the interface, and the reader's way to write dates and numbers.

Texts are English in the code, and translated by Babel's catalogues in `locales/`; the server and the script share them.
A reader's choice stands in a cookie; without one it is what the browser asks for. What people write in the catalogue
itself is never translated.
"""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

COOKIE: Final = "language"
# What the interface speaks, as its readers call it. The last is no language: it shows what has been left untranslated.
LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
PSEUDO: Final = "en-XA"
_FOLDER: Final = files("service.web").joinpath("locales")
_ACCEPTED = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")
_HEADER_CHARACTERS = 500
_ACCENTS = str.maketrans("aeiouyAEIOUYcnszCNSZ", "áéíóúýÁÉÍÓÚÝçñšžÇÑŠŽ")


@dataclass(frozen=True)
class Reader:
    """How somebody reads: the tag for `lang`, the language of the texts, and the locale of dates and numbers."""

    tag: str
    language: str
    locale: Locale


def reader_of(cookie: str | None, accept_language: str | None) -> Reader:
    """The reader behind a request."""
    if cookie == PSEUDO:
        return Reader(PSEUDO, PSEUDO, Locale("en"))
    asked = list(_asked(accept_language or ""))
    if cookie in LANGUAGES:
        # The place still says how dates are written: a cookie for English leaves a Briton a Briton.
        asked = [tag for tag in asked if tag.partition("-")[0].lower() == cookie] or [cookie]
    for tag in asked:
        found = _reader(tag)
        if found is not None:
            return found
    return Reader("en", "en", Locale("en"))


@cache
def translations(language: str) -> NullTranslations:
    """The texts in a language; English has its own."""
    if language == PSEUDO:
        return _Pseudo()
    if language == "en":
        return NullTranslations()
    file = io.BytesIO()
    write_mo(file, _catalogue(language))
    file.seek(0)
    return GNUTranslations(file)


def script_of(language: str) -> str:
    """The texts for the script, by their English, and which form a number takes."""
    if language == "en":
        return "export const texts = {};\nexport const form = (n) => Number(n !== 1);\n"
    catalogue = _catalogue("de" if language == PSEUDO else language)
    texts = {
        _key(message.id): pseudo_form(message.id) if language == PSEUDO else message.string
        for message in catalogue
        if message.id
    }
    plural = "n != 1" if language == PSEUDO else catalogue.plural_expr
    told = json.dumps(texts, ensure_ascii=False)
    return f"export const texts = {told};\nexport const form = (n) => Number({plural});\n"


def pseudo_form(text: str | Iterable[str]) -> str | list[str]:
    """The text with accents, brackets and a third more length; its placeholders as they were."""
    if not isinstance(text, str):
        return [_accented(form) for form in text]
    return _accented(text)


def _accented(text: str) -> str:
    parts = re.split(r"(%\(\w+\)s)", text)
    shown = "".join(part if part.startswith("%(") else part.translate(_ACCENTS) for part in parts)
    return f"[{shown}{'·' * (len(text) // 3)}]"


def _key(message_id: str | Iterable[str]) -> str:
    return message_id if isinstance(message_id, str) else next(iter(message_id))


class _Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return _accented(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return _accented(one if n == 1 else many)


@cache
def _catalogue(language: str) -> Catalog:
    file = _FOLDER.joinpath(language, "LC_MESSAGES", "messages.po")
    return read_po(io.BytesIO(file.read_bytes()), locale=language)


@cache
def _reader(tag: str) -> Reader | None:
    language = tag.partition("-")[0].lower()
    if language not in LANGUAGES:
        return None
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return Reader(language, language, Locale(language))
    return Reader(str(locale).replace("_", "-"), language, locale)


def _asked(header: str) -> Iterable[str]:
    """The tags of an Accept-Language header, the dearest first."""
    wishes = []
    for part in header[:_HEADER_CHARACTERS].split(","):
        match = _ACCEPTED.fullmatch(part)
        if match is not None and match[1] != "*" and float(match[2] or 1) > 0:
            wishes.append((float(match[2] or 1), match[1]))
    return [tag for _, tag in sorted(wishes, key=lambda wish: -wish[0])]
