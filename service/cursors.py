"""Cursors: a position in what is heard of in its order, as clients keep it. A later one is greater, as text too."""

import re
from typing import Any

import sqlalchemy as sa

from service.database import Column
from service.errors import InvalidInput

_FORM = re.compile(r"[0-9a-f]{16}")
_POSITION_MAX = 2**63 - 1


def cursor_of(position: int) -> str:
    """The position as sixteen hexadecimal digits."""
    return f"{position:016x}"


def cursor_column(position: Column) -> sa.Label[Any]:
    """The same of a column, as `cursor` of a source."""
    return sa.func.lpad(sa.func.to_hex(position), 16, "0").label("cursor")


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
