"""Do what is due: each object's work at its own time, in order, also after a long jump."""

from collections.abc import Callable
from dataclasses import replace

from storefront.till import alarms, refunds, subscription_life
from storefront.till.turn import Turn

MOST_AT_ONCE = 1000  # a jump over years must end
WORK: dict[str, Callable[[Turn, str], object]] = {
    "re_": refunds.ring,
    "sub_": subscription_life.ring,
}


def ring_due(turn: Turn, until: int | None = None, clock: str | None = None) -> int:
    """Do everything due up to now, or up to a test clock's time; count it."""
    until = turn.now if until is None else until
    for count in range(MOST_AT_ONCE):
        alarm = alarms.next_due(turn, until, clock)
        if alarm is None:
            return count
        alarms.drop(turn, alarm.object)
        then = replace(turn, now=alarm.due_at, till_now=turn.moment)
        prefix = alarm.object[: alarm.object.index("_") + 1]
        WORK[prefix](then, alarm.object)
    return MOST_AT_ONCE
