"""Open the till's SQLite file; every transaction takes the write lock at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection

from storefront.till.ledger import Ledger
from storefront.till.tables import metadata


class Store:
    """Hand out one transaction at a time, so a payment and an expiry cannot both win."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = open_engine(path)
        metadata.create_all(self._engine)
        add_missing_columns(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Ledger]:
        """Give a ledger to read and write; commit at the end, undo on any error."""
        with self._engine.begin() as connection:
            yield Ledger(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def open_engine(path: Path) -> Engine:
    """Connect so that BEGIN IMMEDIATE replaces the driver's late locking."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin_immediately)
    return engine


def add_missing_columns(engine: Engine) -> None:
    """Bring the file of an older till up to date; its new columns may be empty."""
    known = {column["name"] for column in inspect(engine).get_columns("delivery")}
    with engine.begin() as connection:
        if "endpoint" not in known:
            connection.exec_driver_sql("ALTER TABLE delivery ADD COLUMN endpoint VARCHAR")


def prepare(connection: DBAPIConnection, _record: object) -> None:
    """Switch off the driver's own transactions and keep a write-ahead log."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def begin_immediately(connection: Connection) -> None:
    """Take the write lock before the first read."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
