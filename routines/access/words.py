"""Why somebody can see something, and until when, in sentences; pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from routines.access.decide import Decision


def why(decision: Decision, timezone: str) -> str:
    """Say why it is open and when it closes, or for whom it would open."""
    if decision.expires_at is None:
        return decision.reason
    until = moment(decision.told_until or decision.expires_at, timezone)
    if decision.renews:
        return (
            f"{decision.reason} Your membership is paid until {until}, and goes on from there."
        )
    return f"{decision.reason} It closes on {until}."


def moment(at: datetime, timezone: str) -> str:
    """Write a moment as people of the shop's zone read it."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%-d %B %Y, %H:%M")
