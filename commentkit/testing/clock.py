"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time; `move` it forward (or back).

    Args:
        start: the first moment, with its zone; noon of 1 May 2026 (UTC) if none is given.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self.now = start or datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        """Move by an amount as `timedelta` takes it: ``move(days=15)``."""
        self.now += timedelta(**amount)
