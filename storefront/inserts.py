"""Insert a row unless its key is there already; the one place that knows how each database says it."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storefront.database import Base

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(db: Session, model: type[Base], **values: object) -> bool:
    """Insert a row and tell whether it is new; one that is there stays, and two at once wait in line."""
    insert = INSERTS[db.get_bind().dialect.name]
    key = next(iter(model.__table__.primary_key))
    made = insert(model).values(values).on_conflict_do_nothing().returning(key)
    return db.execute(made).first() is not None
