"""The contract's own scalars."""

from datetime import UTC, datetime
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from service.api.naming import Naming
from service.errors import InvalidInput

# Texts of people; of `HTML` what is safe to show alone.
Markdown = NewType("Markdown", str)
HTML = NewType("HTML", str)


def to_text(value: datetime) -> str:
    """RFC 3339 in UTC with Z, to the microsecond where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _from_text(value: object) -> datetime:
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    raise InvalidInput("A DateTime is a text like 2026-03-17T08:00:00Z, with its zone.")


CONFIG = StrawberryConfig(
    name_converter=Naming(),
    scalar_map={
        datetime: strawberry.scalar(
            name="DateTime",
            description="A time of RFC 3339 in UTC, such as 2026-03-17T08:00:00Z.",
            specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
            serialize=to_text,
            parse_value=_from_text,
        ),
        Markdown: strawberry.scalar(
            name="Markdown",
            description="A text in CommonMark, with tables and struck-out text.",
            specified_by_url="https://spec.commonmark.org/0.31.2/",
        ),
        HTML: strawberry.scalar(
            name="HTML",
            description="A piece of HTML that is safe to put into a page.",
            specified_by_url="https://html.spec.whatwg.org/multipage/",
        ),
    },
    # “Did you mean …” on a large schema costs more than it helps a machine, and tells a stranger more than asked.
    disable_field_suggestions=False,
)
