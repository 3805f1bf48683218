"""Tables of credentials. Of every secret only its SHA-256 is kept."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, timestamp_type

TOKEN_NAME_MAX = 100
BROWSER_MAX = 200


class TokenScope(StrEnum):
    """What a token may be used for; what the person behind it may do stays the bound."""

    READ = "READ"
    PROPOSE = "PROPOSE"
    REVIEW = "REVIEW"
    ADMIN = "ADMIN"


_SCOPES = ", ".join(f"'{scope}'" for scope in TokenScope)


class BrowserSession(Table, table=True):
    """One sign-in of one browser. `created_at` is when the person proved who they are."""

    __tablename__ = "browser_session"
    __table_args__ = (sa.CheckConstraint(f"char_length(browser) <= {BROWSER_MAX}", name="browser_length"),)

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    browser: str = ""
    created_at: datetime = Field(sa_type=timestamp_type)
    last_seen_at: datetime = Field(sa_type=timestamp_type)
    expires_at: datetime = Field(sa_type=timestamp_type, index=True)


class Token(Table, table=True):
    """A bearer token of a person. `signed_in_at` is when the person last proved who they are before it was made."""

    __tablename__ = "token"
    __table_args__ = (
        sa.CheckConstraint(f"char_length(name) BETWEEN 1 AND {TOKEN_NAME_MAX}", name="name_length"),
        sa.CheckConstraint(f"scopes <@ ARRAY[{_SCOPES}] AND 'READ' = ANY (scopes)", name="scopes"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    name: str
    scopes: list[str] = Field(sa_type=sa.ARRAY(sa.Text()))
    created_at: datetime = Field(sa_type=timestamp_type)
    signed_in_at: datetime = Field(sa_type=timestamp_type)
    last_used_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    expires_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    revoked_at: datetime | None = Field(default=None, sa_type=timestamp_type)
