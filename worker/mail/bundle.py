"""Mails that tell several events: those of one thread within a moment, and a digest of a day or a week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton

from service.notifications.rules import ToldChange
from worker.mail import headers
from worker.mail.changes import headline, show
from worker.mail.forms import Form, shape_of
from worker.mail.letter import Letter, Reason, Sender, because, tidy
from worker.mail.message import FORMS_KEPT, Room, date_of, fill, head_of, host_of
from worker.mail.mime import assemble
from worker.mail.rendering import opening, render

# What a mail tells in words; of the changes it shows what is left of all.
_TIDINGS_MAX = 20
_LINES_MAX = 5  # of one skill in a digest
_SKILLS_MAX = 30

Pace = Literal["Daily", "Weekly"]


@dataclass(frozen=True, slots=True)
class Tiding:
    """One event in a sentence."""

    opening: str
    title: str
    url: str
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestSkill:
    """What happened to a skill."""

    name: str
    url: str
    headline: str
    lines: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The skills of a domain."""

    domain: str
    skills: tuple[DigestSkill, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a person has not been told in a day or a week, by domain, skill and time."""

    pace: Pace
    closed_at: datetime
    """When it was due; aware."""
    zone: str
    locale: str
    letters: tuple[tuple[str, Letter], ...]
    """Each with the name of its domain."""
    changes: dict[int, tuple[ToldChange, ...]]
    """What is left of each skill's changes, by the skill's id."""
    unread: int
    """How many more there are than letters."""


def compose_several(letters: Sequence[Letter], changes: tuple[ToldChange, ...], sender: Sender) -> bytes:
    """One mail of several letters of one thread, in the order of their events, with what is left of all changes.

    Its Message-ID is that of the first letter. Raises as `worker.mail.message.compose` does.
    """
    shapes = tuple(map(shape_of, letters))
    return fill(letters[0], sender, lambda room: _form_of_several(shapes, changes, sender, room))


@lru_cache(maxsize=FORMS_KEPT)
def _form_of_several(
    shapes: tuple[Letter, ...], changes: tuple[ToldChange, ...], sender: Sender, room: Room
) -> Form:
    text_max, changes_max = room
    letters = [tidy(shape) for shape in shapes]
    actors = {letter.actor_name for letter in letters}
    lead = replace(
        letters[0], kind="several", actor_name=actors.pop() if len(actors) == 1 else sender.site_name
    )
    told = letters[-_TIDINGS_MAX:]
    rendered = render(
        "several",
        letter=lead,
        sender=sender,
        shown=show(changes, "", text_max=text_max, changes_max=changes_max),
        tidings=[_tiding(letter, text_max // 4) for letter in told],
        untold=len(letters) - len(told),
        because=because(lead),
    )
    return Form(head_of(lead, sender, rendered.subject) | {"Date": date_of(letters[-1].written_at)}, rendered)


def compose_digest(digest: Digest, sender: Sender) -> bytes:
    """One mail of all that has happened, in a few words for each. Raises as `worker.mail.message.compose` does."""
    letters = [(headers.one_line(domain, 200), tidy(letter)) for domain, letter in digest.letters]
    first = letters[0][1]
    closed_at = digest.closed_at.astimezone(ZoneInfo(digest.zone))
    day = format_skeleton("MMMd", closed_at, locale=Locale.parse(digest.locale, sep="-"))
    skill_ids = {letter.skill_id for _, letter in letters}
    sections, untold = _sections(letters, digest.changes)
    rendered = render(
        "digest",
        letter=first,
        sender=sender,
        pace=digest.pace,
        day=day,
        skill_count=len(skill_ids),
        sections=sections,
        more=untold + digest.unread,
    )
    head = head_of(replace(first, actor_name=sender.site_name), sender, rendered.subject)
    name = f"{digest.pace.lower()}-digest"
    head |= {
        "Date": date_of(letters[-1][1].written_at),
        "List-Id": headers.list_id(f"{digest.pace} digest", name, host=host_of(sender)),
        "List-Archive": f"<{sender.base_url}/>",
        "X-Skill-Profile-Reason": Reason.DIGEST.value,
    }
    del head["In-Reply-To"], head["References"]
    return assemble(head, rendered)


def _sections(
    letters: Sequence[tuple[str, Letter]], changes: dict[int, tuple[ToldChange, ...]]
) -> tuple[list[DigestSection], int]:
    """The first skills by domain and name, and how many events there are of the others."""
    ordered = sorted(
        letters, key=lambda item: (item[0], item[1].skill_name, item[1].skill_id, item[1].event_id)
    )
    by_skill = [
        (domain, [letter for _, letter in items])
        for (domain, _), items in groupby(ordered, key=lambda item: (item[0], item[1].skill_id))
    ]
    shown, rest = by_skill[:_SKILLS_MAX], by_skill[_SKILLS_MAX:]
    sections = [
        DigestSection(domain, tuple(_digest_skill(items, changes) for _, items in group))
        for domain, group in groupby(shown, key=lambda item: item[0])
    ]
    return sections, sum(len(items) for _, items in rest)


def _digest_skill(letters: Sequence[Letter], changes: dict[int, tuple[ToldChange, ...]]) -> DigestSkill:
    first = letters[0]
    left = changes.get(first.skill_id, ())
    told = [_tiding(letter, 0) for letter in letters[:_LINES_MAX]]
    return DigestSkill(
        name=first.skill_name,
        url=first.skill_url,
        headline=headline(left) if left else "",
        lines=tuple(f"{tiding.opening} {tiding.title}" for tiding in told),
        more=max(0, len(letters) - _LINES_MAX),
    )


def _tiding(letter: Letter, note_max: int) -> Tiding:
    shown = show((), letter.note if note_max else "", text_max=max(note_max, 1), changes_max=0)
    number = f" (#{letter.number})" if letter.number else ""
    return Tiding(
        opening=opening(letter.kind, letter=letter, mine=letter.reason is Reason.AUTHOR),
        title=f"{letter.title}{number}",
        url=letter.proposal_url or letter.skill_url,
        note=shown.note,
    )
