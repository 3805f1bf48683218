"""Cursors: a position among the news, as clients keep it. A later one is greater, as text too."""

import re

from service.errors import InvalidInput

_FORM = re.compile(r"[0-9a-f]{16}")
_POSITION_MAX = 2**63 - 1


def cursor_of(position: int) -> str:
    """The position as sixteen hexadecimal digits; the SQL of the same stands in `sources`."""
    return f"{position:016x}"


def position_of(cursor: str) -> int:
    """The position that the cursor holds.

    Raises:
        InvalidInput: it is no cursor of ours.
    """
    if _FORM.fullmatch(cursor) is None or int(cursor, 16) > _POSITION_MAX:
        raise InvalidInput(
            "The cursor is none of ours: send one of an event or an `endCursor` as it is.", path=("cursor",)
        )
    return int(cursor, 16)
