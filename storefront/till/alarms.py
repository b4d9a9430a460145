"""Remember when an object next has something to do: one time for each."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select

from storefront.till.tables import alarms
from storefront.till.turn import Turn


class Alarm(NamedTuple):
    """Hold an object's time."""

    object: str
    due_at: int
    clock: str | None


def put(turn: Turn, object_id: str, due_at: int, clock: str | None = None) -> None:
    """Set or move an object's alarm."""
    drop(turn, object_id)
    row = {"object": object_id, "due_at": due_at, "clock": clock}
    turn.ledger.connection.execute(insert(alarms).values(**row))


def drop(turn: Turn, object_id: str) -> None:
    """Put an object's alarm off."""
    turn.ledger.connection.execute(delete(alarms).where(alarms.c.object == object_id))


def next_due(turn: Turn, until: int, clock: str | None = None) -> Alarm | None:
    """Find the earliest alarm of a clock up to a time."""
    wanted = (
        select(alarms)
        .where(alarms.c.clock == clock, alarms.c.due_at <= until)
        .order_by(alarms.c.due_at, alarms.c.object)
        .limit(1)
    )
    row = turn.ledger.connection.execute(wanted).one_or_none()
    return None if row is None else Alarm._make(row)
