"""Which skills a list shows, and in which order; the catalogue's enums."""

from typing import Annotated

import strawberry

from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.plan.marks import Asked
from service.catalogue import narrowing, sources
from service.catalogue.models import Necessity, Proficiency, SkillStatus
from service.catalogue.search import words_of
from service.paging import Direction

_TEXT_MAX = 200

describe_enum(
    Necessity,
    "Whether a requirement must be covered.",
    MANDATORY="It must.",
    OPTIONAL="It is good to have.",
)
describe_enum(
    Proficiency,
    "How deep a requirement goes.",
    AWARENESS="Knows of it.",
    WORKING="Does it with help.",
    ADVANCED="Does it alone and well.",
    EXPERT="Leads others in it.",
)
describe_enum(
    SkillStatus,
    "Where a skill stands in its life.",
    DRAFT="Still being written; shown by its slug, and in lists only where they ask for drafts.",
    PUBLISHED="In force.",
    DEPRECATED="No longer in force; `replacedBy` may name its successor.",
)
describe_enum(
    narrowing.SkillOrderField,
    "What a list of skills is ordered by.",
    NAME="The name.",
    LAST_UPDATED="When accepted content last changed.",
    RELEVANCE="How well the filter's text fits, the best first; by name where there is none.",
)
describe_enum(Direction, "Which way a list runs.", ASC="The smallest or earliest first.", DESC="The reverse.")


@strawberry.input(description="Which skills to show. Every field given narrows the list.")
class SkillFilter:
    """Slugs, as a person would write them."""

    text: str | None = strawberry.field(
        default=None,
        description="Words, or beginnings of words, that all stand in the name, keywords, summary or descriptions: at "
        "most 200 characters. Where no skill has them, names and keywords spelt alike, if the server can tell.",
    )
    framework: str | None = strawberry.field(default=None, description="A framework's slug.")
    domain: str | None = strawberry.field(default=None, description="A domain's slug.")
    group: str | None = strawberry.field(default=None, description="A group's slug.")
    role: str | None = strawberry.field(default=None, description="A role's slug: skills that it asks for.")
    level: str | None = strawberry.field(
        default=None, description="A level's slug: skills asked for at it, by the role where one is given."
    )
    status: list[SkillStatus] | None = strawberry.field(
        default=None, description="Any of these; published and deprecated ones where left out."
    )


@strawberry.input(description="The order of a list of skills.")
class SkillOrder:
    """Ties go by the age of the row."""

    field: narrowing.SkillOrderField = strawberry.field(description="What to order by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")


Filter = Annotated[SkillFilter | None, strawberry.argument(description="Which skills to show.")]
OrderBy = Annotated[
    SkillOrder | None,
    strawberry.argument(
        description="The order of the list. Where left out: by relevance if the filter has a text, else by name."
    ),
]
Text = Annotated[str, strawberry.argument(description="What to look for, as in a filter.")]


def asked_skills(filter: Filter = None, order_by: OrderBy = None) -> Asked:
    """What the arguments of a list of skills ask for.

    Raises:
        RequestError: BAD_USER_INPUT for a search text that is too long or that no text can hold.
    """
    wanted = narrowing.SkillFilter() if filter is None else _wanted(filter)
    if order_by is not None:
        return Asked(wanted, narrowing.skill_order(order_by.field, order_by.direction))
    field = narrowing.SkillOrderField.NAME if wanted.text is None else narrowing.SkillOrderField.RELEVANCE
    return Asked(wanted, narrowing.skill_order(field))


def asked_excerpt(text: Text) -> Asked:
    """The words to look for in a skill.

    Raises:
        RequestError: BAD_USER_INPUT for a text that is too long or that no text can hold.
    """
    _ensure_searchable(text)
    return Asked(narrowing.OfWords(words_of(text)))


def _wanted(given: SkillFilter) -> narrowing.SkillFilter:
    if given.text is not None:
        _ensure_searchable(given.text)
    # An empty text asks for no more, as an empty search box does.
    text = given.text.strip() if given.text else None
    for name in ("framework", "domain", "group", "role", "level"):
        ensure_storable(name, getattr(given, name))
    return narrowing.SkillFilter(
        text=text or None,
        words=words_of(text) if text else None,
        framework=given.framework,
        domain=given.domain,
        group=given.group,
        role=given.role,
        level=given.level,
        statuses=sources.SHOWN if given.status is None else tuple(status.value for status in given.status),
    )


def _ensure_searchable(text: str) -> None:
    if len(text) > _TEXT_MAX:
        raise RequestError(f"text holds at most {_TEXT_MAX} characters.", Code.BAD_USER_INPUT)
    ensure_storable("text", text)


def ensure_storable(name: str, text: str | None) -> None:
    """Refuse a text that PostgreSQL cannot hold, before it is asked for.

    Raises:
        RequestError: BAD_USER_INPUT.
    """
    if text is not None and ("\0" in text or any("\ud800" <= character <= "\udfff" for character in text)):
        message = f"{name} holds a character that is no text (NUL or half a surrogate pair)."
        raise RequestError(message, Code.BAD_USER_INPUT)
