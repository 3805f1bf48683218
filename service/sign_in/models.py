"""Tables of signing in. No secret stands in them: only hashes, and what gives a secret together with SECRET_KEY."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type

ISSUER_MAX = 500
SUBJECT_MAX = 255  # as OpenID Connect bounds it


class LinkPurpose(StrEnum):
    """What a link in a mail is for."""

    SIGN_IN = "SIGN_IN"
    CHANGE_ADDRESS = "CHANGE_ADDRESS"


class AccountMailKind(StrEnum):
    """A mail about somebody's own account. Nobody watches for these, and nobody can stop them."""

    SIGN_IN = "SIGN_IN"
    CHANGE_ADDRESS = "CHANGE_ADDRESS"
    ADDRESS_CHANGED = "ADDRESS_CHANGED"


class SignInLink(Table, table=True):
    """A link, and a code, that prove that somebody reads the mails of an address.

    One to sign in is bound to the browser that asked; one to change an address to the person who asked.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(browser_hash, person_id) = 1", name="bound_to_one"),
        sa.Index("ix_sign_in_link__browser_hash", "browser_hash", "id"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    purpose: LinkPurpose = Field(sa_type=enum_column_type(LinkPurpose, "purpose"))
    email: str
    browser_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    person_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
    nonce: bytes = Field(sa_type=sa.LargeBinary)
    hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    next_path: str
    browser: str = ""
    tries: int = 0
    created_at: datetime = Field(sa_type=timestamp_type)
    expires_at: datetime = Field(sa_type=timestamp_type, index=True)
    used_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class AccountMail(Table, table=True):
    """A mail about an account, and how its delivery stands: waiting while it is neither sent nor failed."""

    __tablename__ = "account_mail"
    __table_args__ = (
        sa.Index(
            "ix_account_mail__due",
            "due_at",
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        ),
        sa.CheckConstraint("num_nonnulls(sent_at, failed_at) <= 1", name="one_end"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    kind: AccountMailKind = Field(sa_type=enum_column_type(AccountMailKind, "kind"))
    address: str
    link_id: int | None = Field(
        default=None, foreign_key="sign_in_link.id", sa_type=sa.BigInteger, unique=True, ondelete="CASCADE"
    )
    created_at: datetime = Field(sa_type=timestamp_type)
    due_at: datetime = Field(sa_type=timestamp_type)
    give_up_at: datetime = Field(sa_type=timestamp_type)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    failed_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    last_error: str | None = None


class Identity(Table, table=True):
    """Somebody's account with a provider: the issuer and its subject, never an address."""

    __tablename__ = "identity"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.CheckConstraint(f"char_length(issuer) <= {ISSUER_MAX}", name="issuer_length"),
        sa.CheckConstraint(f"char_length(subject) BETWEEN 1 AND {SUBJECT_MAX}", name="subject_length"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    issuer: str
    subject: str
    created_at: datetime = Field(sa_type=timestamp_type)
