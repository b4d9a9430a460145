"""The database: one metadata, one way to write, and the number that caches key on."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g
from sqlalchemy import JSON, DateTime, MetaData, event, func, select, text, update
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from storefront import clock

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PREFIXES = ("storefront_", "routines_")
AFTER_COMMIT = "storefront_after_commit"
BEFORE_COMMIT = "storefront_before_commit"


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, also where the database forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write it as UTC: SQLite compares the digits, whatever zone they were meant in."""
        del dialect
        return value.astimezone(UTC) if value and value.tzinfo else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        return None if value is None else clock.aware(value)


class Base(DeclarativeBase):
    """What every table of ours inherits; apart from any host's own models."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}


class ContentRevision(Base):
    """One row: the number that goes up when any public page changes."""

    __tablename__ = "storefront_content_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class PageMoment(Base):
    """A moment at which public pages change by themselves: something is published, or ends."""

    __tablename__ = "storefront_page_moment"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    is_done: Mapped[bool] = mapped_column(default=False)  # search knows of it


def session() -> Session:
    """Give our session of this request, job or command.

    It is ours alone, on the host's engine: what a host has pending in its own session is
    neither committed nor lost by us.
    """
    if "storefront_session" not in g:
        g.storefront_session = Session(current_app.extensions["sqlalchemy"].engine)
    found: Session = g.storefront_session
    return found


def close_session(error: BaseException | None = None) -> None:
    """Give the connection back when a request, job or command has ended."""
    del error
    if "storefront_session" in g:
        g.pop("storefront_session").close()


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: commit when the block ends, roll back when it raises, then tell the listeners.

    On SQLite the write lock is taken at once (`BEGIN IMMEDIATE`), so that what is read
    inside is still true when it is written.

    Raises:
        RuntimeError: this is inside another transaction, whose writes would be lost.
    """
    db = session()
    if AFTER_COMMIT in db.info or db.new or db.dirty or db.deleted:
        message = "a transaction is open, or something was changed outside one"
        raise RuntimeError(message)
    db.rollback()  # a finished read
    db.info[AFTER_COMMIT], db.info[BEFORE_COMMIT] = [], {}
    try:
        _take_write_lock(db)
        yield db
        for last_thing in db.info[BEFORE_COMMIT]:
            last_thing(db)
        db.commit()
    except BaseException:
        db.rollback()
        raise
    finally:
        calls = db.info.pop(AFTER_COMMIT)
        db.info.pop(BEFORE_COMMIT)
    for call in calls:
        _tell(call)


def _take_write_lock(db: Session) -> None:
    """Begin as a writer on SQLite; an engine whose own listener has begun already is left as it is."""
    connection = db.connection()
    if connection.dialect.name != "sqlite":
        return
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def take_turns(db: Session, what: str, names: Collection[str]) -> None:
    """Let transactions about the same names follow each other; on SQLite all writers do."""
    if db.get_bind().dialect.name != "postgresql":
        return
    turn = text("SELECT pg_advisory_xact_lock(hashtext(:what), hashtext(:name))")
    for name in sorted({*names} - {""}):
        db.execute(turn, {"what": what, "name": name})


def _tell(call: Callable[[], None]) -> None:
    """Tell one listener; what it raises is logged, since the commit it hears of stands."""
    try:
        call()
    except Exception:
        log.exception("a listener failed after the commit")


def after_commit(db: Session, call: Callable[[], None]) -> None:
    """Remember something to do once the running transaction has been committed.

    Raises:
        RuntimeError: no transaction is running.
    """
    if AFTER_COMMIT not in db.info:
        message = "there is no transaction to come after"
        raise RuntimeError(message)
    db.info[AFTER_COMMIT].append(call)


def before_commit(db: Session, last_thing: Callable[[Session], None]) -> None:
    """Do something once, as the last thing of the running transaction: what many must wait for.

    Raises:
        RuntimeError: no transaction is running.
    """
    if BEFORE_COMMIT not in db.info:
        message = "there is no transaction to come before the end of"
        raise RuntimeError(message)
    db.info[BEFORE_COMMIT][last_thing] = True


def content_revision(db: Session) -> int:
    """Tell the number that public pages are cached under."""
    return db.scalar(text("SELECT number FROM storefront_content_revision WHERE id = 1")) or 0


def content_version(db: Session) -> str:
    """Name what public pages say now: the revision, and the last moment that changed them."""
    last = select(func.max(PageMoment.at)).where(PageMoment.at <= clock.now()).scalar_subquery()
    found = db.execute(select(ContentRevision.number, last)).first()
    number, moment = found or (0, None)
    return f"{number}@{clock.written(moment)}"


def change_pages_at(db: Session, moment: datetime | None) -> None:
    """Make every cached public page stale at a moment to come."""
    if moment is not None and db.get(PageMoment, moment) is None:
        db.add(PageMoment(at=moment))
        db.flush()


def take_moments(db: Session, now: datetime) -> int:
    """Mark the moments that have passed as done; tell how many were new."""
    passed = update(PageMoment).where(PageMoment.at <= now, PageMoment.is_done.is_(False))
    changed = db.execute(
        passed.values(is_done=True).execution_options(synchronize_session=False)
    )
    return int(getattr(changed, "rowcount", 0))


def raise_content_revision(db: Session) -> None:
    """Make every cached public page stale, in the transaction that changed one."""
    db.execute(
        update(ContentRevision)
        .where(ContentRevision.id == 1)
        .values(number=ContentRevision.number + 1)
    )


def tune(engine: Engine, *, lock_timeout_ms: int, statement_timeout_ms: int) -> None:
    """Set up each connection of an engine that is ours: WAL and foreign keys, or time-outs and no JIT."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {lock_timeout_ms:d}")
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
            cursor.execute("PRAGMA foreign_keys = ON")
        else:
            cursor.execute(f"SET lock_timeout = {lock_timeout_ms:d}")
            cursor.execute(f"SET statement_timeout = {statement_timeout_ms:d}")
            cursor.execute("SET jit = off")  # compiling takes seconds where running takes none
            connection.commit()
        cursor.close()


def host_tables_only(
    item: Any, name: str | None, type_: str, reflected: bool, compare_to: object
) -> bool:
    """Keep our tables out of a host's own Alembic: pass it as `include_object`."""
    del reflected, compare_to
    table = name if type_ == "table" else getattr(getattr(item, "table", None), "name", "")
    return not (table or "").startswith(PREFIXES)
