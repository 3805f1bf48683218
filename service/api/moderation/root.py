"""The way into moderation."""

from typing import Any

import strawberry

from service.api.context import Info
from service.api.moderation.types import Moderation
from service.api.permissions import ensure_role
from service.api.plan.fields import viewer_field
from service.people.models import PersonRole


def _moderation(root: Any, info: Info) -> Moderation | None:  # noqa: ARG001  a resolver's first parameter
    if info.context.viewer is None:
        return None
    ensure_role(info.context, PersonRole.MAINTAINER)
    return Moderation()


@strawberry.type
class ModerationQuery:
    """Root fields of moderation."""

    moderation: Moderation | None = viewer_field(
        "What moderators look at; null where nobody is signed in, refused to all but maintainers and admins.",
        _moderation,
    )
