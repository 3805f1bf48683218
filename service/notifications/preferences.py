"""How a person wants mail: when digests come, when none does, and how soon at the soonest."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.notifications import queries, rules
from service.notifications.models import MailSettings
from service.notifications.rules import SettingsChoices, TimeZoneUnknown
from service.notifications.telling import RESCHEDULE

# What decides when a digest is due.
_CLOCK = {"time_zone", "digest_hour", "digest_weekday"}


async def update_settings(session: AsyncSession, choices: SettingsChoices, *, by: int, at: datetime) -> None:
    """Change the person's settings; what is left out stays as it is. Digests that collect are due anew.

    Nobody else hears of it, so no Event tells of it.

    Raises:
        InvalidInput: see `service.notifications.rules`; or a time zone that is none.
    """
    rules.ensure_settings(choices)
    if "time_zone" in choices and not await queries.knows_time_zone(session, choices["time_zone"]):
        raise TimeZoneUnknown
    begun = insert(MailSettings).values(MailSettings(person_id=by).model_dump() | dict(choices))
    await session.execute(
        begun.on_conflict_do_update(index_elements=["person_id"], set_={"person_id": by, **choices})
    )
    if choices.keys() & _CLOCK:
        await session.execute(RESCHEDULE, {"person_id": by, "at": at})
