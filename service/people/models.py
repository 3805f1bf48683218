"""Tables of people."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type


class PersonRole(StrEnum):
    """What a person may do; each may do all that those before it may."""

    READER = "READER"
    CONTRIBUTOR = "CONTRIBUTOR"
    REVIEWER = "REVIEWER"
    MAINTAINER = "MAINTAINER"
    ADMIN = "ADMIN"

    @property
    def rank(self) -> int:
        """The place in the order, from 0."""
        return list(PersonRole).index(self)


class Person(Table, table=True):
    """Somebody who watches, proposes or decides."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index("uq_person__email", sa.text("lower(email)"), unique=True),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
        sa.CheckConstraint("char_length(email) BETWEEN 3 AND 254", name="email_length"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    email: str
    name: str
    role: PersonRole = Field(default=PersonRole.READER, sa_type=enum_column_type(PersonRole, "role"))
    created_at: datetime = Field(sa_type=timestamp_type)
    # Since when the account is gone, with its address and its name; what its person wrote stays.
    removed_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    suspended_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class ReviewerDomain(Table, table=True):
    """A domain to which a reviewer is limited; one who has none reviews everything."""

    __tablename__ = "reviewer_domain"

    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    domain_id: int = Field(
        primary_key=True, foreign_key="domain.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
