"""How often somebody may begin a watch."""

from datetime import datetime, timedelta

from service.errors import RateLimited

WATCHES_PER_HOUR = 100
HOUR = timedelta(hours=1)


def ensure_can_watch_more(begun: int, first_at: datetime | None) -> None:
    """Raise RateLimited where so many watches, the first of them at that time, have begun within the last hour."""
    if first_at is not None and begun >= WATCHES_PER_HOUR:
        raise RateLimited(
            f"You have begun {begun} watches within an hour, as many as may be. Go on a while later.",
            reset_at=first_at + HOUR,
        )
