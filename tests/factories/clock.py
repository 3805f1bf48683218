"""The clock at the border."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives one time until `pass_time` moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present time."""
        return self.now

    def pass_time(self, **units: float) -> None:
        """Move on, for example by `seconds=30`."""
        self.now += timedelta(**units)
