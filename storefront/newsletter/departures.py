"""What ends with a subscription, in the transaction that ends it; rooms above say theirs as the app is built."""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

Departure = Callable[
    [Session, int, Collection[str]], None
]  # of a reader's number, and the lists left

_departures: dict[Departure, None] = {}


def add(departure: Departure) -> None:
    """Have something done whenever a reader leaves lists; the same again changes nothing."""
    _departures[departure] = None


def tell(db: Session, reader_id: int, list_slugs: Collection[str]) -> None:
    """Do what is to be done as a reader leaves these lists."""
    for departure in _departures:
        departure(db, reader_id, list_slugs)
