"""What a watch may be, how often one may be begun, and which reason to hear is the stronger. Pure: no clock."""

from datetime import datetime, timedelta
from typing import TypedDict

from service.errors import InvalidInput, NotFound, RateLimited
from service.watches.models import WatchEvent, WatchFrequency, WatchReason

WATCHES_PER_HOUR = 100
HOUR = timedelta(hours=1)
_LONGEST_SNOOZE = timedelta(days=366)
# A mention is the strongest reason to hear of that comment, and the weakest to go on hearing. What somebody was asked
# for stands behind what they have done since.
_LASTING = (
    WatchReason.AUTHOR,
    WatchReason.DECIDED,
    WatchReason.REVIEWER,
    WatchReason.REVIEW_REQUESTED,
    WatchReason.COMMENTED,
    WatchReason.WATCHING,
    WatchReason.MENTIONED,
)
_STRENGTH = {reason: rank for rank, reason in enumerate(_LASTING)}


class SubjectNotFound(NotFound):
    """The id names nothing that can be watched."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such skill, group, domain, role or proposal. It may have been removed: look it up again.",
            path=("subjectId",),
        )


class Choices(TypedDict, total=False):
    """What a person says about a watch; what is left out stays as it is."""

    events: list[str]
    frequency: WatchFrequency
    is_muted: bool
    snoozed_until: datetime | None
    expires_at: datetime | None
    own_role_id: int | None
    own_level_id: int | None
    only_own_levels: bool


def events_to_begin_with(subject: str, reason: WatchReason) -> list[str]:
    """What a new watch is about unless its person chooses.

    All of a proposal's life; of the rest what was applied, and what is said where taking part has begun the watch.
    """
    if subject == "proposal_id":
        return [event.value for event in WatchEvent]
    said = [] if reason is WatchReason.WATCHING else [WatchEvent.COMMENTED.value]
    return [*said, WatchEvent.APPLIED.value]


def ensure_choices(choices: Choices, *, at: datetime) -> None:
    """What can be said of the choices by themselves.

    Raises:
        InvalidInput: no event is chosen, or a time has passed already or is too far away.
    """
    if "events" in choices and not choices["events"]:
        raise InvalidInput("Choose at least one kind of event, or stop watching.", path=("events",))
    snoozed_until, expires_at = choices.get("snoozed_until"), choices.get("expires_at")
    if snoozed_until is not None and not at < snoozed_until <= at + _LONGEST_SNOOZE:
        raise InvalidInput("Snooze until a time within the next year.", path=("snoozedUntil",))
    if expires_at is not None and expires_at <= at:
        raise InvalidInput("Let the watch end at a time to come.", path=("expiresAt",))


def ensure_own_level(own_role_id: int | None, own_level_id: int | None, *, only_own_levels: bool) -> None:
    """What must hold of a watch once the choices are made.

    Raises:
        InvalidInput: a role without a level or the reverse, or neither where only their changes are wanted.
    """
    if (own_role_id is None) != (own_level_id is None):
        raise InvalidInput("Give your role and your level together, or neither.", path=("ownLevelId",))
    if only_own_levels and own_level_id is None:
        raise InvalidInput(
            "Give your role and your level, to hear only when one of your levels changed.",
            path=("onlyOwnLevels",),
        )


def stronger(one: WatchReason, other: WatchReason) -> WatchReason:
    """The reason that a watch bears where both hold."""
    return min(one, other, key=_STRENGTH.__getitem__)


def weaker_than(reason: WatchReason) -> list[WatchReason]:
    """The reasons in whose place the reason stands where both hold."""
    return [other for other in _LASTING if _STRENGTH[other] > _STRENGTH[reason]]


def ensure_can_watch_more(begun: int, first_at: datetime | None) -> None:
    """Raise RateLimited where so many watches, the first of them at that time, have begun within the last hour."""
    if first_at is not None and begun >= WATCHES_PER_HOUR:
        raise RateLimited(
            f"You have begun {begun} watches within an hour, as many as may be. Go on a while later.",
            reset_at=first_at + HOUR,
        )
