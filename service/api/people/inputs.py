"""Which people a list shows, and in which order."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.plan.marks import Asked
from service.paging import Direction
from service.people import sources

_NAME_MAX = 100

describe_enum(
    sources.PersonOrderField,
    "What a list of people is ordered by.",
    NAME="The name.",
    JOINED="When they joined.",
)


@strawberry.input(description="Which people to show. Every field given narrows the list.")
class PersonFilter:
    """By their names; an empty text asks for no more."""

    name: str | None = strawberry.field(
        default=None, description="A part of the name, in any case: at most 100 characters."
    )
    name_starts_with: str | None = strawberry.field(
        default=None,
        description="The beginning of the name or of one of its words, in any case, as somebody types it to mention a "
        "person: at most 100 characters.",
    )


@strawberry.input(description="The order of a list of people.")
class PersonOrder:
    """Ties go by the age of the account."""

    field: sources.PersonOrderField = strawberry.field(description="What to order by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")


Filter = Annotated[PersonFilter | None, strawberry.argument(description="Which people to show.")]
OrderBy = Annotated[
    PersonOrder | None, strawberry.argument(description="The order of the list: by name where left out.")
]
Name = Annotated[str | None, strawberry.argument(description="A part of the name, at most 100 characters.")]


def asked_people(filter: Filter = None, order_by: OrderBy = None) -> Asked:
    """What the arguments of a list of people ask for.

    Raises:
        RequestError: BAD_USER_INPUT for a name that is too long or that no text can hold.
    """
    given = filter or PersonFilter()
    wanted = sources.PersonFilter(_text("name", given.name), _text("nameStartsWith", given.name_starts_with))
    order = sources.BY_NAME if order_by is None else sources.person_order(order_by.field, order_by.direction)
    return Asked(wanted, order)


def called(name: Name = None) -> Asked:
    """People by a part of their name.

    Raises:
        RequestError: BAD_USER_INPUT, as for `asked_people`.
    """
    return asked_people(PersonFilter(name=name))


def _text(name: str, text: str | None) -> str | None:
    ensure_storable(name, text)
    if text is not None and len(text) > _NAME_MAX:
        raise RequestError(f"{name} holds at most {_NAME_MAX} characters.", Code.BAD_USER_INPUT)
    return text or None
