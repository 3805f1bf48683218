"""Which events are told to whom, and by which kind of mail.

A new kind is one entry here and one folder of templates in `worker/mail/templates`.
"""

from dataclasses import dataclass

from service.activity.models import EventKind
from service.watches.models import WatchReason


@dataclass(frozen=True)
class Kind:
    """What becomes of an event: the mail's templates, and the reasons for which a person hears of it."""

    template: str
    heard_by: tuple[WatchReason, ...]


KINDS = {
    EventKind.PROPOSAL_ACCEPTED: Kind("proposal_accepted", (WatchReason.AUTHOR, WatchReason.WATCHING)),
    EventKind.PROPOSAL_EDITED: Kind("proposal_edited", (WatchReason.REVIEWER,)),
    EventKind.PROPOSAL_REVIEWED: Kind("proposal_reviewed", (WatchReason.AUTHOR,)),
    EventKind.REVISION_REVERTED: Kind("revision_reverted", (WatchReason.AUTHOR, WatchReason.WATCHING)),
    EventKind.PROPOSAL_DECLINED: Kind("proposal_declined", (WatchReason.AUTHOR,)),
}
