"""What a skill's fields may hold. Pure: the constraints of the tables hold the same, as the last line."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from service.catalogue.content import Fields
from service.catalogue.models import (
    APPROVALS_MAX,
    DESCRIPTION_MAX,
    KEYWORD_MAX,
    KEYWORDS_MAX,
    NAME_MAX,
    SLUG_MAX,
    SLUG_PATTERN,
    SUMMARY_MAX,
    SkillStatus,
)
from service.errors import Conflict, DomainError, InvalidInput, reject_all

_SLUG = re.compile(SLUG_PATTERN)


class SlugTaken(Conflict):
    """Another skill bears the slug, or bore it before."""

    code = "SLUG_TAKEN"

    def __init__(self, slug: str) -> None:
        super().__init__(f"The slug “{slug}” leads to another skill. Choose a different one.", path=("slug",))


class ReferenceGone(Conflict):
    """What the change refers to has been taken out of the catalogue."""

    code = "REFERENCE_GONE"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"A {kind} that this refers to is no longer in the catalogue. Write the change anew."
        )


def ensure_slug(slug: str) -> None:
    """Raise InvalidInput unless it is lower-case words joined by hyphens, of at most 100 characters."""
    if len(slug) > SLUG_MAX or not _SLUG.fullmatch(slug):
        raise InvalidInput(
            f"A slug is lower-case letters and digits joined by single hyphens, at most {SLUG_MAX} characters."
        )


def ensure_name(name: str) -> None:
    """Raise InvalidInput unless it is one line of 1 to 200 characters."""
    ensure_text(name, what="A name", least=1, most=NAME_MAX)
    if "\n" in name or "\r" in name:
        raise InvalidInput("A name is a single line: take the line breaks out.")


def ensure_summary(summary: str) -> None:
    """Raise InvalidInput where it is longer than 2,000 characters."""
    ensure_text(summary, what="A summary", least=0, most=SUMMARY_MAX)


def ensure_description(description: str) -> None:
    """Raise InvalidInput unless it holds 1 to 10,000 characters, not all of them blank."""
    ensure_text(description, what="A description", least=1, most=DESCRIPTION_MAX)


def ensure_keywords(keywords: Sequence[str]) -> None:
    """Raise InvalidInput for more than 50 keywords, a long or empty one, or the same twice."""
    if len(keywords) > KEYWORDS_MAX:
        raise InvalidInput(f"A skill has at most {KEYWORDS_MAX} keywords; these are {len(keywords)}.")
    for keyword in keywords:
        ensure_text(keyword, what="A keyword", least=1, most=KEYWORD_MAX)
    if len({keyword.casefold() for keyword in keywords}) < len(keywords):
        raise InvalidInput("A keyword stands there twice: take one out.")


def ensure_text(text: str, *, what: str, least: int, most: int) -> None:
    """Raise InvalidInput for a text too short, too long, or with characters that PostgreSQL cannot hold."""
    if least and not text.strip():
        raise InvalidInput(f"{what} must not be empty.")
    if len(text) > most:
        raise InvalidInput(f"{what} holds at most {most:,} characters; this one has {len(text):,}.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(f"{what} holds a character that is no text (NUL or half a surrogate pair).")


def ensure_approvals(approvals: int | None) -> None:
    """Raise InvalidInput unless it is 1 to 5, or nothing."""
    if approvals is not None and not 1 <= approvals <= APPROVALS_MAX:
        raise InvalidInput(f"A rule asks for 1 to {APPROVALS_MAX} people.", path=("approvals",))


def ensure_fields(fields: Fields) -> None:
    """Check the fields of a skill or of a requirement, each by its own rule.

    Raises:
        InvalidInput: whose path is the field's name.
        Rejected: several of them.
    """
    errors: list[DomainError] = []
    for name, value in fields.items():
        rule = _RULES.get(name)
        if rule is None:
            continue
        try:
            rule(value)
        except InvalidInput as error:
            errors.append(InvalidInput(error.message, path=(name,)))
    reject_all(errors)


def ensure_replacement(fields: Fields) -> None:
    """Raise InvalidInput where a skill that is not deprecated names the one that replaces it."""
    if fields.get("replaced_by_id") is not None and fields.get("status") != SkillStatus.DEPRECATED:
        raise InvalidInput(
            "Only a deprecated skill is replaced by another: set the status to DEPRECATED as well.",
            path=("replaced_by",),
        )


_RULES: dict[str, Callable[[Any], None]] = {
    "slug": ensure_slug,
    "name": ensure_name,
    "summary": ensure_summary,
    "keywords": ensure_keywords,
    "description": ensure_description,
}


def ensure_same_framework(role_framework_id: int, level_framework_id: int, *, path: tuple[str, ...]) -> None:
    """Raise InvalidInput where a role and a level stand in different frameworks."""
    if role_framework_id != level_framework_id:
        raise InvalidInput(
            "The level is of another framework's ladder than the role: choose one of its own.", path=path
        )
