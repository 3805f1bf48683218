"""From what the tables say of a mail to its bytes."""

from collections.abc import Sequence
from dataclasses import replace

from service.notifications.facts import DueMail, MailFacts, MailSettingsFacts
from service.notifications.rules import ToldChange, net, weightiest
from service.notifications.wording import EventFacts
from service.watches.actions import Subject
from service.watches.links import Muting, digests_token, mute_token, unsubscribe_token
from service.watches.models import WatchFrequency, WatchReason
from worker.mail.bundle import Digest, Pace, compose_digest, compose_several
from worker.mail.forms import Links
from worker.mail.letter import Letter, Reason, Sender, Watched
from worker.mail.message import compose

_REASONS = {
    WatchReason.MENTIONED: Reason.MENTION,
    WatchReason.AUTHOR: Reason.AUTHOR,
    WatchReason.REVIEW_REQUESTED: Reason.REVIEW_REQUESTED,
    WatchReason.DECIDED: Reason.DECIDED,
    WatchReason.REVIEWER: Reason.REVIEWER,
    WatchReason.COMMENTED: Reason.COMMENT,
    WatchReason.WATCHING: Reason.WATCHING,
}
_STRENGTH = {reason: rank for rank, reason in enumerate(WatchReason)}
_WATCHED: dict[str, Watched] = {
    "skill_id": "skill",
    "group_id": "group",
    "domain_id": "domain",
    "role_id": "role",
    "proposal_id": "proposal",
}


def bytes_of(
    mail: DueMail, facts: Sequence[MailFacts], settings: MailSettingsFacts, *, secret_key: str, sender: Sender
) -> bytes | None:
    """The whole mail; None where what it would tell has been undone since.

    Raises as `worker.mail.message.compose` does.
    """
    if not facts:
        return None
    if mail.frequency is not WatchFrequency.IMMEDIATELY:
        url = f"{sender.base_url}/d/{digests_token(secret_key, mail.person_id)}"
        return compose_digest(_digest(mail, facts, settings, Links(url, url, ""), sender), sender)
    links = _links(mail, facts[0], secret_key, sender.base_url)
    left = net(change for each in facts if each.event.is_applied for change in each.event.changes)
    if mail.skill_id is not None and not left and all(_says_changes(each.event) for each in facts):
        return None
    letters = [_letter(mail, each, links, sender.base_url) for each in facts]
    if len(letters) == 1:
        return compose(letters[0], sender)
    strongest = min(facts, key=lambda each: _STRENGTH[each.reason])
    impact = weightiest(each.impact for each in facts) or ""
    letters[0] = replace(letters[0], reason=_REASONS[strongest.reason], impact=impact)
    return compose_several(letters, left, sender)


def _says_changes(event: EventFacts) -> bool:
    return event.is_applied and bool(event.changes)


def _digest(
    mail: DueMail, facts: Sequence[MailFacts], settings: MailSettingsFacts, links: Links, sender: Sender
) -> Digest:
    pace: Pace = "Daily" if mail.frequency is WatchFrequency.DAILY else "Weekly"
    by_skill: dict[int, list[ToldChange]] = {}
    for each in facts:
        changes = by_skill.setdefault(each.event.skill_id, [])
        changes += each.event.changes if each.event.is_applied else ()
    return Digest(
        pace=pace,
        closed_at=mail.due_at,
        zone=settings.time_zone,
        locale=settings.locale,
        letters=tuple(
            (each.event.domain_name, _letter(mail, each, links, sender.base_url)) for each in facts
        ),
        changes={skill_id: net(changes) for skill_id, changes in by_skill.items()},
        unread=settings.notifications - len(facts),
    )


def _links(mail: DueMail, facts: MailFacts, secret_key: str, site: str) -> Links:
    """What the reader may do about the watch and the thread of a mail, by pages of the site."""
    if mail.skill_id is not None:
        thread = Subject("skill_id", facts.event.skill_id)
    else:
        thread = Subject("proposal_id", facts.event.number or 0)
    unsubscribe_url = f"{site}/u/{unsubscribe_token(secret_key, facts.watch_id)}"
    mute_url = f"{site}/m/{mute_token(secret_key, Muting(facts.recipient_id, thread))}"
    return Links(unsubscribe_url, unsubscribe_url, mute_url)


def _letter(mail: DueMail, facts: MailFacts, links: Links, site: str) -> Letter:
    event = facts.event
    return Letter(
        kind=event.kind,
        event_id=event.event_id,
        recipient_id=facts.recipient_id,
        written_at=event.happened_at,
        recipient_name=facts.recipient_name,
        recipient_address=facts.recipient_address,
        reason=_REASONS[facts.reason],
        thread="proposal" if mail.skill_id is None else "skill",
        watched=_WATCHED[facts.watched],
        watched_name=facts.watched_name,
        skill_id=event.skill_id,
        skill_name=event.skill_name,
        skill_url=f"{site}/skills/{event.skill_slug}",
        number=event.number,
        title=event.title,
        proposal_url=None if event.number is None else f"{site}/proposals/{event.number}",
        author_name=event.author_name,
        actor_name=event.actor_name,
        note=event.note,
        changes=event.changes,
        impact=facts.impact or "",
        unsubscribe_url=links.unsubscribe_url,
        manage_url=links.manage_url,
        mute_url=links.mute_url,
    )
