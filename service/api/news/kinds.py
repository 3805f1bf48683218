"""The kinds of event in the API, for all who tell of events."""

from service.activity.models import PublicEventKind
from service.api.enums import describe_enum

__all__ = ["PublicEventKind"]

describe_enum(
    PublicEventKind,
    "What has happened.",
    CATALOGUE_IMPORTED="Files were imported; one event for all the skills that they touch.",
    COMMENT_WRITTEN="Somebody wrote a comment.",
    PROPOSAL_CREATED="Somebody suggested a change.",
    PROPOSAL_EDITED="A suggested change says something else, or was written against the present revision.",
    PROPOSAL_REVIEWED="A reviewer said what they think of a suggested change.",
    PROPOSAL_ACCEPTED="A suggested change was applied to the skill.",
    PROPOSAL_DECLINED="A suggested change was closed by a reviewer.",
    PROPOSAL_WITHDRAWN="A suggested change was taken back by its author.",
    PROPOSAL_MARKED_STALE="Nobody has gone on with a suggested change for 30 days.",
    PROPOSAL_EXPIRED="A suggested change was closed, since nobody had gone on with it for 90 days.",
    REVISION_REVERTED="An applied change was taken back by a new revision.",
)
