"""What an event means to whom, and what is left of several changes. Pure: no database, no clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict
from zoneinfo import available_timezones

from babel import localedata

from service.catalogue.content import Change, ChangeKind, FieldChange, Place
from service.errors import InvalidInput
from service.notifications.models import Impact
from service.watches.models import WatchFrequency

_WEIGHT = {impact: rank for rank, impact in enumerate(Impact)}
_WORDS = re.compile(r"\w+")
# A language, a script and a country, as in BCP 47.
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_HOURS = range(24)
_WEEKDAYS = range(1, 8)
# Fields of the skill itself by which what is asked of people stands or falls.
_FIELDS_OF_ALL = frozenset({"status", "replaced_by_id"})


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One field, old and new, in the words of the page; None where it was not there, or is not any more."""

    place: str
    """Whose field: "Release Engineer, Senior"; empty for a field of the skill itself."""
    field: str
    """As a reader says it: "description", "necessity"."""
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Impacts:
    """What changes mean to a watcher, by the watcher's own role and level."""

    by_place: Mapping[Place, Impact]
    """For those whose own place, or whose next one, is touched."""
    elsewhere: Impact | None
    """For those who have a place of their own, and it is another."""
    overall: Impact | None
    """For those who have said none."""


class SettingsChoices(TypedDict, total=False):
    """What a person says about their mail, by the columns of `MailSettings`; what is left out stays as it is."""

    time_zone: str
    locale: str
    digest_hour: int
    digest_weekday: int
    has_digests: bool
    quiet_from: int | None
    quiet_until: int | None
    proposed_frequency: WatchFrequency
    commented_frequency: WatchFrequency
    decided_frequency: WatchFrequency
    applied_frequency: WatchFrequency


class TimeZoneUnknown(InvalidInput):
    """The name is no time zone's."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such time zone: take a name of the IANA list, such as “Europe/Berlin”.",
            path=("timeZone",),
        )


def ensure_settings(choices: SettingsChoices) -> None:
    """What can be said of the choices by themselves.

    Raises:
        InvalidInput: an hour that no clock shows, a day that is none, quiet hours without end, an unknown language,
            or a time zone that no program could know.
    """
    if "time_zone" in choices and choices["time_zone"] not in available_timezones():
        raise TimeZoneUnknown
    if "locale" in choices and not _is_locale(choices["locale"]):
        raise InvalidInput(
            "Name a language, and a country if you like, such as “de” or “en-GB”.", path=("locale",)
        )
    if choices.get("digest_hour", 0) not in _HOURS:
        raise InvalidInput("Let digests come at a full hour: 0 to 23.", path=("digestHour",))
    if choices.get("digest_weekday", 1) not in _WEEKDAYS:
        raise InvalidInput("Name the day from 1 for Monday to 7 for Sunday.", path=("digestWeekday",))
    quiet = choices.get("quiet_from"), choices.get("quiet_until")
    if quiet != (None, None) and (quiet[0] == quiet[1] or not set(quiet) <= set(_HOURS)):
        raise InvalidInput(
            "Let quiet hours begin and end at two different full hours: 0 to 23.", path=("quietHours",)
        )


def _is_locale(name: str) -> bool:
    return _LOCALE.fullmatch(name) is not None and localedata.exists(name.replace("-", "_"))


def impacts(changes: Sequence[Change], ladders: Mapping[int, int]) -> Impacts:
    """Class the changes. `ladders` gives the level below each level, where there is one."""
    by_place: dict[Place, Impact] = {}
    for change in changes:
        if change.place is None:
            continue
        own = _of_own_level(change)
        _note(by_place, change.place, own)
        below = ladders.get(change.place.level_id)
        if below is not None:
            next_up = Impact.NEXT_LEVEL if own is Impact.MY_LEVEL else own
            _note(by_place, Place(below, change.place.role_id), next_up)
    if not changes:
        return Impacts(by_place, None, None)
    everyone = _of_everyone(changes)
    is_flipped = Impact.NECESSITY_FLIPPED in by_place.values()
    overall = (
        Impact.NECESSITY_FLIPPED if is_flipped else Impact.COSMETIC if _is_all_cosmetic(changes) else None
    )
    return Impacts(by_place, everyone, overall)


def weightiest(found: Iterable[Impact | None]) -> Impact | None:
    """The impact that counts where several hold; None where there is none."""
    return min((impact for impact in found if impact is not None), key=_WEIGHT.__getitem__, default=None)


def net(changes: Iterable[ToldChange]) -> tuple[ToldChange, ...]:
    """What is left of changes that followed each other: the first old and the last new value of each field.

    What was undone on the way is not among them.
    """
    found: dict[tuple[str, str], ToldChange] = {}
    for change in changes:
        key = (change.place, change.field)
        first = found.get(key, change)
        found[key] = replace(first, after=change.after)
    return tuple(change for change in found.values() if change.before != change.after)


def is_cosmetic(edit: FieldChange) -> bool:
    """Whether only blanks, capitals and marks differ."""
    return _words(edit.before) == _words(edit.after)


def _of_own_level(change: Change) -> Impact:
    if change.kind is ChangeKind.EDIT_REQUIREMENT and any(
        edit.field == "necessity" for edit in change.fields
    ):
        return Impact.NECESSITY_FLIPPED
    return Impact.COSMETIC if all(map(is_cosmetic, change.fields)) else Impact.MY_LEVEL


def _of_everyone(changes: Sequence[Change]) -> Impact:
    """For a place that no requirement among the changes touches."""
    of_skill = {edit.field for change in changes if change.place is None for edit in change.fields}
    if of_skill & _FIELDS_OF_ALL:
        return Impact.MY_LEVEL
    return Impact.COSMETIC if _is_all_cosmetic(changes) else Impact.OTHER_ROLE


def _is_all_cosmetic(changes: Sequence[Change]) -> bool:
    """Whether what is asked of people stays as it is: names, summaries and keywords ask for nothing."""
    return all(
        not {edit.field for edit in change.fields} & _FIELDS_OF_ALL
        if change.place is None
        else _of_own_level(change) is Impact.COSMETIC
        for change in changes
    )


def _note(by_place: dict[Place, Impact], place: Place, impact: Impact) -> None:
    present = by_place.get(place, impact)
    by_place[place] = min(present, impact, key=_WEIGHT.__getitem__)


def _words(value: object) -> list[str] | None:
    if value is None:
        return None
    text = " ".join(value) if isinstance(value, list) else str(value)
    return [word.casefold() for word in _WORDS.findall(text)]
