"""A point in time as expressions see it: an integer of milliseconds UTC that knows it is a date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

from app.errors import ExpressionFailed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Instant(int):
    """Milliseconds since 1970 UTC; compares and calculates as a number, reads as an ISO 8601 date."""

    __slots__ = ()

    def as_datetime(self) -> datetime:
        """Return the aware datetime in UTC. Raises ExpressionFailed for years outside 1 to 9999."""
        try:
            return EPOCH + int(self) * _MILLISECOND
        except OverflowError:
            raise ExpressionFailed(f"There is no date {int(self)} ms after 1970") from None

    def isoformat(self) -> str:
        """Return the text as `2026-01-31T09:30:00.000Z`."""
        return self.as_datetime().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def __str__(self) -> str:
        return self.isoformat()

    def moved(self, unit: str, amount: int) -> Instant:
        """Return the instant moved by calendar units (`years` … `seconds`). Raises ExpressionFailed."""
        try:
            if unit in ("years", "months"):
                moved = self.as_datetime() + relativedelta(**{unit: amount})
            else:
                moved = self.as_datetime() + timedelta(**{unit: amount})
        except (OverflowError, ValueError):
            raise ExpressionFailed(f"There is no date {amount} {unit} away from {self}") from None
        return Instant((moved - EPOCH) // _MILLISECOND)
