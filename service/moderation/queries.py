"""Reading what moderators write about. What they see comes from `sources.py`."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.models import Domain
from service.moderation import rules
from service.moderation.models import Report
from service.people.models import Person, PersonRole


async def get_person(session: AsyncSession, person_id: int | None) -> Person:
    """The person, with the row lock held until the transaction ends.

    Raises:
        PersonNotFound: there is none.
    """
    statement = select(Person).where(col(Person.id) == person_id).with_for_update(key_share=True)
    person = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    if person is None:
        raise rules.PersonNotFound
    return person


async def number_of_admins(session: AsyncSession) -> int:
    """How many admins there are; nobody else makes or unmakes one until the transaction ends."""
    admins = select(Person.id).where(col(Person.role) == PersonRole.ADMIN).order_by(col(Person.id))
    return len((await session.execute(admins.with_for_update(key_share=True))).scalars().all())


async def number_of_domains(session: AsyncSession, ids: Collection[int]) -> int:
    """How many of the ids are those of domains."""
    statement = sa.select(sa.func.count()).where(col(Domain.id).in_(ids))
    return int((await session.execute(statement)).scalar_one())


async def get_open_report(session: AsyncSession, report_id: int | None) -> Report:
    """The report, locked, while nobody has looked at it.

    Raises:
        ReportNotFound: there is none.
    """
    statement = select(Report).where(col(Report.id) == report_id, col(Report.settled_at).is_(None))
    report = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if report is None:
        raise rules.ReportNotFound
    return report


async def reports_since(
    session: AsyncSession, since: datetime, *, person_id: int
) -> tuple[int, datetime | None]:
    """How many reports the person has made after the time, and when the first of them."""
    statement = sa.select(sa.func.count(), sa.func.min(col(Report.created_at))).where(
        col(Report.reporter_id) == person_id, col(Report.created_at) > since
    )
    count, first_at = (await session.execute(statement)).one()
    return count, first_at
