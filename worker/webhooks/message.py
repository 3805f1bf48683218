"""What a webhook is sent."""

from typing import Any

import orjson

from service.cursors import cursor_of
from service.webhooks.queries import Told
from service.webhooks.rules import type_of


def message_id(event_id: int) -> str:
    """The id of the message: of the event, and so the same whenever it is sent."""
    return f"event_{event_id}"


def body_of(told: Told, *, site_url: str) -> bytes:
    """JSON with the type, when it happened, and what it is about by the keys that people use."""
    document: dict[str, Any] = {
        "type": type_of(told.kind),
        "timestamp": told.happened_at,
        "data": {
            "cursor": cursor_of(told.position),
            "actor": None if told.actor is None else {"name": told.actor},
            "skill": None
            if told.skill_slug is None
            else {
                "slug": told.skill_slug,
                "name": told.skill_name,
                "url": f"{site_url}/skills/{told.skill_slug}",
            },
            "proposal": None
            if told.number is None
            else {
                "number": told.number,
                "title": told.title,
                "url": f"{site_url}/proposals/{told.number}",
            },
        },
    }
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)
