"""Which events are told to whom, and by which kind of mail.

A new kind is one entry here and one folder of templates in `worker/mail/templates`.
"""

from dataclasses import dataclass

from service.activity.models import EventKind
from service.watches.models import WatchEvent, WatchReason


@dataclass(frozen=True)
class Kind:
    """What becomes of an event: the mail's templates, the reasons for which a person hears of it, and its topics.

    A watch that is about any of the topics matches; without topics every watch does, whatever it is about. Some events
    are told to those alone whom they call by name. One that asks for a review reaches whoever has reviewed before as
    somebody who is asked.
    """

    template: str
    heard_by: tuple[WatchReason, ...]
    topics: tuple[WatchEvent, ...] = ()
    only_called: bool = False
    asks_again: bool = False


_EVERYBODY = tuple(WatchReason)
# Whoever has judged a proposal knows of it.
_WHO_JUDGED = (WatchReason.DECIDED, WatchReason.REVIEWER)
_BUT_WHO_JUDGED = tuple(reason for reason in WatchReason if reason not in _WHO_JUDGED)

KINDS = {
    EventKind.COMMENT_WRITTEN: Kind("comment_written", _EVERYBODY, (WatchEvent.COMMENTED,)),
    EventKind.COMMENT_EDITED: Kind("comment_written", (WatchReason.MENTIONED,), only_called=True),
    EventKind.PROPOSAL_CREATED: Kind("proposal_created", _BUT_WHO_JUDGED, (WatchEvent.PROPOSED,)),
    EventKind.PROPOSAL_EDITED: Kind("proposal_edited", (WatchReason.REVIEW_REQUESTED,), asks_again=True),
    EventKind.PROPOSAL_REVIEWED: Kind("proposal_reviewed", (WatchReason.AUTHOR,)),
    EventKind.PROPOSAL_ACCEPTED: Kind(
        "proposal_accepted", _EVERYBODY, (WatchEvent.APPLIED, WatchEvent.DECIDED)
    ),
    EventKind.REVISION_REVERTED: Kind("revision_reverted", _EVERYBODY, (WatchEvent.APPLIED,)),
    EventKind.PROPOSAL_DECLINED: Kind("proposal_declined", _EVERYBODY, (WatchEvent.DECIDED,)),
    EventKind.PROPOSAL_MARKED_STALE: Kind("proposal_marked_stale", (WatchReason.AUTHOR,)),
    EventKind.PROPOSAL_EXPIRED: Kind("proposal_expired", _EVERYBODY, (WatchEvent.DECIDED,)),
}
