"""From what the tables say of a mail to its bytes."""

from collections.abc import Sequence
from dataclasses import replace

from service.notifications.facts import MailFacts, MailSettingsFacts
from service.notifications.models import Mail
from service.notifications.rules import ToldChange, net, weightiest
from service.watches.actions import Subject
from service.watches.links import Muting, digests_token, mute_token, unsubscribe_token
from service.watches.models import WatchFrequency, WatchReason
from worker.mail.bundle import Digest, Pace, compose_digest, compose_several
from worker.mail.changes import FieldChange
from worker.mail.message import Letter, Reason, Sender, Watched, compose

_REASONS = {
    WatchReason.MENTIONED: Reason.MENTION,
    WatchReason.AUTHOR: Reason.AUTHOR,
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
    mail: Mail, facts: Sequence[MailFacts], settings: MailSettingsFacts, *, secret_key: str, sender: Sender
) -> bytes | None:
    """The whole mail; None where what it would tell has been undone since.

    Raises as `worker.mail.message.compose` does.
    """
    if not facts:
        return None
    letters = [_letter(mail, each, secret_key=secret_key, sender=sender) for each in facts]
    if mail.frequency is not WatchFrequency.IMMEDIATELY:
        return compose_digest(
            _digest(mail, facts, letters, settings, secret_key=secret_key, sender=sender), sender
        )
    left = net(change for each in facts if each.is_applied for change in each.changes)
    if mail.skill_id is not None and not left and all(each.is_applied and each.changes for each in facts):
        return None
    if len(letters) == 1:
        return compose(letters[0], sender)
    strongest = min(facts, key=lambda each: _STRENGTH[each.reason])
    impact = weightiest(each.impact for each in facts) or ""
    letters[0] = replace(letters[0], reason=_REASONS[strongest.reason], impact=impact)
    return compose_several(letters, _field_changes(left), sender)


def _digest(
    mail: Mail,
    facts: Sequence[MailFacts],
    letters: Sequence[Letter],
    settings: MailSettingsFacts,
    *,
    secret_key: str,
    sender: Sender,
) -> Digest:
    pace: Pace = "Daily" if mail.frequency is WatchFrequency.DAILY else "Weekly"
    url = f"{sender.base_url}/d/{digests_token(secret_key, mail.person_id)}"
    by_skill: dict[int, list[ToldChange]] = {}
    for each in facts:
        by_skill.setdefault(each.skill_id, []).extend(each.changes if each.is_applied else ())
    return Digest(
        pace=pace,
        closed_at=mail.due_at,
        zone=settings.time_zone,
        locale=settings.locale,
        letters=tuple(
            (each.domain_name, _with_link(letter, url)) for each, letter in zip(facts, letters, strict=True)
        ),
        changes={skill_id: _field_changes(net(changes)) for skill_id, changes in by_skill.items()},
        unread=settings.notifications - len(facts),
    )


def _with_link(letter: Letter, url: str) -> Letter:
    return replace(letter, unsubscribe_url=url, manage_url=url, mute_url="")


def _letter(mail: Mail, facts: MailFacts, *, secret_key: str, sender: Sender) -> Letter:
    site = sender.base_url
    unsubscribe_url = f"{site}/u/{unsubscribe_token(secret_key, facts.watch_id)}"
    by_skill = mail.skill_id is not None
    thread = Subject("skill_id", facts.skill_id) if by_skill else Subject("proposal_id", facts.number or 0)
    mute_url = f"{site}/m/{mute_token(secret_key, Muting(facts.recipient_id, thread))}"
    return Letter(
        kind=facts.kind,
        event_id=facts.event_id,
        recipient_id=facts.recipient_id,
        written_at=facts.happened_at,
        recipient_name=facts.recipient_name,
        recipient_address=facts.recipient_address,
        reason=_REASONS[facts.reason],
        thread="skill" if by_skill else "proposal",
        watched=_WATCHED[facts.watched],
        watched_name=facts.watched_name,
        skill_id=facts.skill_id,
        skill_name=facts.skill_name,
        skill_url=f"{site}/skills/{facts.skill_slug}",
        number=facts.number,
        title=facts.title,
        proposal_url=None if facts.number is None else f"{site}/proposals/{facts.number}",
        author_name=facts.author_name,
        actor_name=facts.actor_name,
        note=facts.note,
        changes=_field_changes(facts.changes),
        impact=facts.impact or "",
        unsubscribe_url=unsubscribe_url,
        manage_url=unsubscribe_url,
        mute_url=mute_url,
    )


def _field_changes(changes: Sequence[ToldChange]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(place=change.place, field=change.field, before=change.before, after=change.after)
        for change in changes
    )
