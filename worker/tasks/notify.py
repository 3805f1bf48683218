"""Tell an event to everybody who should hear of it."""

from service.notifications.actions import fan_out
from worker.surroundings import Surroundings


async def notify(around: Surroundings, event_id: int) -> int:
    """Fan the event out, batch by batch, each in a transaction of its own; returns how many people were told."""
    people, is_last = 0, False
    while not is_last:
        async with around.database.transaction() as session:
            told = await fan_out(session, event_id, at=around.now(), quiet=around.quiet)
        people, is_last = people + told.people, told.is_last
    return people
