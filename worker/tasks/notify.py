"""Tell an event to everybody who should hear of it."""

from service.notifications.actions import fan_out
from worker.surroundings import Surroundings


async def notify(around: Surroundings, event_id: int) -> int:
    """Fan the event out; returns how many mails it queued."""
    async with around.database.transaction() as session:
        return await fan_out(session, event_id, at=around.now())
