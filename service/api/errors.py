"""The domain's errors as data: what a mutation's payload carries instead of failing."""

import enum
from datetime import datetime
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from service.errors import Busy, Conflict, DomainError, NotAllowed, NotFound, RateLimited, Rejected
from service.proposals.rules import FieldHasMoved

_JOINED = "\n"


@strawberry.enum(description="What was wrong, for programs.")
class UserErrorCode(enum.Enum):
    """Grows with the domain; a client treats a code that it does not know by the error's type and message."""

    INVALID_INPUT = strawberry.enum_value("INVALID_INPUT", description="An input that can never be right.")
    NOTHING_CHANGES = strawberry.enum_value("NOTHING_CHANGES", description="The catalogue already says so.")
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="The named thing is not there.")
    OWN_PROPOSAL = strawberry.enum_value("OWN_PROPOSAL", description="Nobody decides on their own proposal.")
    TOO_MANY_OPEN_PROPOSALS = strawberry.enum_value(
        "TOO_MANY_OPEN_PROPOSALS", description="The person has as many open proposals as may be."
    )
    NOT_THE_AUTHOR = strawberry.enum_value("NOT_THE_AUTHOR", description="Only its author may.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="A field has moved since the base revision.")
    PROPOSAL_ALREADY_DECIDED = strawberry.enum_value(
        "PROPOSAL_ALREADY_DECIDED", description="The proposal is no longer open."
    )
    EDITED_MEANWHILE = strawberry.enum_value(
        "EDITED_MEANWHILE", description="The proposal is at another version than the one that was read."
    )
    NOT_OUTDATED = strawberry.enum_value(
        "NOT_OUTDATED", description="The proposal is written against the present revision already."
    )
    TOO_MANY_VERSIONS = strawberry.enum_value(
        "TOO_MANY_VERSIONS", description="The proposal has been edited as often as may be."
    )
    APPROVALS_MISSING = strawberry.enum_value(
        "APPROVALS_MISSING", description="More reviewers must stand behind the change."
    )
    ALREADY_IN_PLACE = strawberry.enum_value(
        "ALREADY_IN_PLACE", description="Another change has brought all of it about."
    )
    REQUIREMENT_EXISTS = strawberry.enum_value(
        "REQUIREMENT_EXISTS", description="The role has a requirement at that level."
    )
    REFERENCE_GONE = strawberry.enum_value(
        "REFERENCE_GONE", description="A role, level, group or skill is no longer in the catalogue."
    )
    FIRST_REVISION = strawberry.enum_value(
        "FIRST_REVISION", description="A skill's first revision cannot be taken back."
    )
    SLUG_TAKEN = strawberry.enum_value("SLUG_TAKEN", description="The slug leads to another skill.")
    IDEMPOTENCY_KEY_REUSED = strawberry.enum_value(
        "IDEMPOTENCY_KEY_REUSED", description="The key has been used for something else."
    )
    SIGN_IN_AGAIN = strawberry.enum_value("SIGN_IN_AGAIN", description="The sign-in is too old for this.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="The account is suspended.")
    DISCUSSION_LOCKED = strawberry.enum_value(
        "DISCUSSION_LOCKED", description="A moderator has locked the discussion."
    )
    OUTSIDE_DOMAINS = strawberry.enum_value(
        "OUTSIDE_DOMAINS", description="The reviewer is one of other domains."
    )
    ROLE_TOO_HIGH = strawberry.enum_value(
        "ROLE_TOO_HIGH", description="Only an admin has power over those who have so much."
    )
    LAST_ADMIN = strawberry.enum_value("LAST_ADMIN", description="Somebody must stay admin.")
    NOT_HELD = strawberry.enum_value("NOT_HELD", description="Nothing waits there.")
    HELD = strawberry.enum_value("HELD", description="It waits for a moderator.")
    COMMENT_GONE = strawberry.enum_value("COMMENT_GONE", description="The comment was deleted or hidden.")
    TOO_MANY_WEBHOOKS = strawberry.enum_value("TOO_MANY_WEBHOOKS", description="As many webhooks as may be.")
    WEBHOOK_IS_OFF = strawberry.enum_value("WEBHOOK_IS_OFF", description="The webhook is turned off.")
    TOO_MANY_TOKENS = strawberry.enum_value("TOO_MANY_TOKENS", description="As many tokens as may be.")
    TOO_MANY_TICKS = strawberry.enum_value(
        "TOO_MANY_TICKS", description="As many expectations ticked as may be."
    )
    RATE_LIMITED = strawberry.enum_value("RATE_LIMITED", description="Too often for now: wait a while.")
    BUSY = strawberry.enum_value("BUSY", description="Others are writing the same: send it again.")


@strawberry.interface(description="Something the person can mend. Nothing was written.")
class UserError:
    """The common part; richer errors add to it."""

    message: str = strawberry.field(description="What is wrong and what to do, for people, in English.")
    code: UserErrorCode = strawberry.field(description="What is wrong, for programs.")
    path: list[str] = strawberry.field(
        description="The way to the input at fault; empty for the whole of it."
    )


@strawberry.type(description="An input that can never be right, whatever the state.")
class InvalidInputError(UserError):
    """Of `InvalidInput`."""


@strawberry.type(description="The named thing is not there.")
class NotFoundError(UserError):
    """Of `NotFound`."""


@strawberry.type(description="This person may not do this to this thing.")
class NotAllowedError(UserError):
    """Of `NotAllowed`."""


@strawberry.type(
    description="Right in itself, but the state has moved on. The values are those of one touched field."
)
class ConflictError(UserError):
    """Of `Conflict`."""

    skill: str | None = strawberry.field(
        default=None, description="The slug of the field's skill; null where no field has moved."
    )
    place: str | None = strawberry.field(
        default=None, description="Role and level of the field, or “Skill”; null where no field has moved."
    )
    field: str | None = strawberry.field(default=None, description="The field that has moved.")
    base: str | None = strawberry.field(default=None, description="Its value at the base revision.")
    current: str | None = strawberry.field(default=None, description="Its value now; null where it is gone.")
    proposed: str | None = strawberry.field(default=None, description="The value that the proposal wishes.")


@strawberry.type(description="Right in itself, but too often for now.")
class RateLimitedError(UserError):
    """Of `RateLimited`."""

    reset_at: datetime = strawberry.field(description="When it may be tried again.")


@strawberry.type(
    description="Right in itself, but others were writing the same at this moment: send it again as it is."
)
class BusyError(UserError):
    """Of `Busy`."""


ERROR_TYPES = (InvalidInputError, NotFoundError, NotAllowedError, ConflictError, RateLimitedError, BusyError)


def user_errors(error: DomainError) -> list[UserError]:
    """The errors of a payload."""
    if isinstance(error, Rejected):
        return [found for each in error.errors for found in user_errors(each)]
    common: dict[str, Any] = {
        "message": error.message,
        "code": UserErrorCode(error.code),
        "path": [to_camel_case(step) for step in error.path],
    }
    if isinstance(error, FieldHasMoved):
        conflict = error.conflict
        return [
            ConflictError(
                **common,
                skill=error.skill_slug,
                place=error.place,
                field=conflict.field,
                base=as_text(conflict.base),
                current=as_text(conflict.current),
                proposed=as_text(conflict.proposed),
            )
        ]
    if isinstance(error, Conflict):
        return [ConflictError(**common)]
    if isinstance(error, NotFound):
        return [NotFoundError(**common)]
    if isinstance(error, NotAllowed):
        return [NotAllowedError(**common)]
    if isinstance(error, RateLimited):
        return [RateLimitedError(**common, reset_at=error.reset_at)]
    if isinstance(error, Busy):
        return [BusyError(**common)]
    return [InvalidInputError(**common)]


def as_text(value: object) -> str | None:
    """A field's value as a client reads it: a list has one item a line."""
    if value is None:
        return None
    return _JOINED.join(value) if isinstance(value, list) else str(value)
