"""Insert a row unless its key is there already; the one place that knows how each database says it."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storefront.database import Base

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(db: Session, model: type[Base], **values: object) -> None:
    """Insert a row; one that is there already stays as it is, and two at once wait in line."""
    insert = INSERTS[db.get_bind().dialect.name]
    db.execute(insert(model).values(values).on_conflict_do_nothing())
