"""A letter: plain facts, of which a mail is made."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from service.notifications.rules import ToldChange
from worker.mail import headers

NAME_MAX = 100  # characters of a name in a header or a sentence
TITLE_MAX = 200

Topic = Literal["skill", "proposal"]
Watched = Literal["skill", "group", "domain", "role", "proposal"]

# What a change means to the reader, as the subject of a mail about a skill says it.
IMPACTS = {
    "NECESSITY_FLIPPED": "necessity changed",
    "MY_LEVEL": "your level",
    "NEXT_LEVEL": "your next level",
    "OTHER_ROLE": "not your level",
    "COSMETIC": "wording only",
}


class Reason(StrEnum):
    """Why a person gets a mail, as its header says it."""

    WATCHING = "watching"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    MENTION = "mention"
    COMMENT = "comment"
    REVIEW_REQUESTED = "review requested"
    DECIDED = "decided"
    DIGEST = "digest"


BECAUSE = {
    Reason.WATCHING: "you watch {subject}",
    Reason.AUTHOR: "you proposed this change",
    Reason.REVIEWER: "you reviewed this change",
    Reason.MENTION: "somebody mentioned you here",
    Reason.COMMENT: "you commented here",
    Reason.REVIEW_REQUESTED: "you are asked to review this change",
    Reason.DECIDED: "you decided on this proposal",
    Reason.DIGEST: "you asked for a digest of what you watch",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """What all mails of one site have in common."""

    site_name: str
    address: str
    """The address in From; its domain also ends every Message-ID and List-Id."""
    base_url: str
    unsubscribe_address: str
    """Where a mail program that knows no one-click unsubscribe writes to."""
    tag: str = "Catalogue"
    """The word in the brackets of every subject and after the name in From."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event, told to one person."""

    kind: str
    """The folder of its templates, one of `rendering.KINDS`."""
    event_id: int
    recipient_id: int
    """With the event, what the Message-ID is made of."""
    written_at: datetime
    """For the Date header; aware. The same again when the mail is sent again."""

    recipient_name: str
    recipient_address: str
    reason: Reason
    thread: Topic
    """Whose thread the mail belongs to; it also decides the form of the subject."""
    watched: Watched
    """What the unsubscribe link stops the mails about."""

    skill_id: int
    skill_name: str
    skill_url: str

    number: int | None
    title: str
    proposal_url: str | None
    """None with the number, where no proposal is behind what happened."""
    author_name: str
    """Who proposed the change."""
    actor_name: str
    """Who acted: proposed, accepted or declined it."""
    note: str
    """The actor's own words, why they propose or decline; may be empty."""
    changes: tuple[ToldChange, ...]

    unsubscribe_url: str
    """Its last segment is the token; a POST to it unsubscribes."""
    manage_url: str
    mute_url: str = ""
    """A page that mutes the mail's thread; empty where there is none."""
    watched_name: str = ""
    """Of a group, a domain or a role that is watched."""
    impact: str = ""
    """A key of `IMPACTS`; empty where the change means nothing special to the reader."""

    @property
    def subject_impact(self) -> str:
        """What the subject says of the impact; nothing in the thread of a proposal, where it stays the same."""
        return f" ({IMPACTS[self.impact]})" if self.impact and self.thread == "skill" else ""

    @property
    def re(self) -> str:
        """What stands before the subject of a mail that follows others of a proposal's thread."""
        return "" if self.thread == "skill" or self.kind == "proposal_created" else "Re: "


def tidy(letter: Letter) -> Letter:
    """The letter with each name and title on one line, and URLs in ASCII: what headers and links can hold."""
    return replace(
        letter,
        recipient_name=headers.one_line(letter.recipient_name, NAME_MAX),
        skill_name=headers.one_line(letter.skill_name, NAME_MAX),
        author_name=headers.one_line(letter.author_name, NAME_MAX),
        actor_name=headers.one_line(letter.actor_name, NAME_MAX),
        title=headers.one_line(letter.title, TITLE_MAX),
        skill_url=headers.ascii_url(letter.skill_url),
        proposal_url=letter.proposal_url and headers.ascii_url(letter.proposal_url),
        unsubscribe_url=headers.ascii_url(letter.unsubscribe_url),
        manage_url=headers.ascii_url(letter.manage_url),
        mute_url=letter.mute_url and headers.ascii_url(letter.mute_url),
        watched_name=headers.one_line(letter.watched_name, NAME_MAX),
    )


def because(letter: Letter) -> str:
    """Why the reader gets the mail, as its footer says it."""
    named = {"skill": letter.skill_name, "proposal": f"{letter.title} (#{letter.number})"}
    return BECAUSE[letter.reason].format(subject=named.get(letter.watched, letter.watched_name))
