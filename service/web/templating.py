"""The templates of the pages, once per language, with what they may call."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from service.web import planning, showing
from service.web.languages import Reader, translations

# What a template may call by name.
_OF_PLANS: Final = (
    "choice_of",
    "is_changed_since",
    "is_ticked",
    "levels_between",
    "plan_lines",
    "plan_totals",
)
_CALLED: Final = (
    "address",
    "blocks_of",
    "chosen_roles",
    "excerpts_by_id",
    "expectations_of",
    "marked",
    "others_of",
    "parsed",
    "places_of",
    "proposals_of",
    "requirement_at",
    "roles_of",
    "side_by_side",
    "steps_of",
    "watched_of",
)
_FOLDER: Final = Path(__file__).parent / "templates"


def template(view: str, reader: Reader) -> Template:
    """The template of a view, which speaks the reader's language and writes dates and numbers their way."""
    return _environment(reader.language, reader.locale).get_template(f"{view}.html")


@cache
def _environment(language: str, locale: Locale) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]

    def date(moment: str) -> str:
        return str(format_date(datetime.fromisoformat(moment), "long", locale))

    def moment(moment: str) -> str:
        return str(format_datetime(datetime.fromisoformat(moment), "long", locale=locale))

    def number(value: int) -> str:
        return str(format_decimal(value, locale=locale))

    environment.filters |= {"date": date, "moment": moment, "number": number}
    environment.globals |= {name: getattr(showing, name) for name in _CALLED}
    environment.globals |= {name: getattr(planning, name) for name in _OF_PLANS}
    return environment
