"""The time, as aware UTC; nobody else asks the machine for it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Tell the present moment in UTC."""
    return datetime.now(UTC)


def aware(moment: datetime) -> datetime:
    """Give a moment that a database returned without a zone back its UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def written(moment: datetime | None) -> str:
    """Write a moment to the second as programs read it, ISO 8601; nothing for none."""
    return moment.isoformat(timespec="seconds") if moment else ""
