"""Publish what everybody may hear of."""

from service.news.actions import publish as publish_news
from worker.surroundings import Surroundings


async def publish(around: Surroundings, event_id: int = 0) -> int:  # noqa: ARG001  a wake-up: all that waits
    """Give the events that wait their positions; returns how many.

    One whose skill's numbers are behind is passed by: whoever counts them publishes it.
    """
    async with around.database.transaction() as session:
        return await publish_news(session)
