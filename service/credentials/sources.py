"""Where credentials come from, for their owners. Never with a hash."""

import sqlalchemy as sa
from sqlmodel import col

from service.credentials.models import BrowserSession, Token
from service.sources import Source, columns_of

SESSIONS = Source(
    sa.select(*(column for column in columns_of(BrowserSession) if column.name != "hash")),
    order=("created_at", "id"),
)
# Those that can be used, and those that have expired.
TOKENS = Source(
    sa.select(*(column for column in columns_of(Token) if column.name != "hash")).where(
        col(Token.revoked_at).is_(None)
    ),
    order=("created_at", "id"),
)
