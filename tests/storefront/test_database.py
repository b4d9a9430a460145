"""One way to write, and the migrations that make the tables."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from storefront import clock, database, migrate
from storefront.cart.models import Cart
from storefront.database import Base, host_tables_only
from storefront.orders.models import Order
from tests.makers import both, make_order


@both
def test_an_error_that_is_logged_says_nothing_of_a_buyer(db):
    statement = text("SELECT missing FROM storefront_order WHERE email = :email")

    with pytest.raises(DBAPIError) as failed:
        db.execute(statement, {"email": "ana@example.org"})

    assert "ana@example.org" not in str(failed.value)


@both
def test_moments_are_compared_whatever_zone_they_are_told_in(db):
    make_order(db, placed_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    db.commit()
    midnight = datetime(2026, 11, 21, tzinfo=ZoneInfo("Europe/Berlin"))

    for since, count in ((midnight, 1), (midnight + timedelta(hours=1), 0)):
        found = select(func.count(Order.id)).where(Order.placed_at >= since)
        assert db.scalar(found) == count


@both
def test_what_listeners_hear_has_been_committed(db):
    heard = []
    with database.transaction() as write:
        database.raise_content_revision(write)
        database.after_commit(write, lambda: heard.append(database.content_revision(db)))
        assert heard == []

    assert heard == [2]


def test_nobody_hears_of_what_was_rolled_back(db):
    heard = []
    with pytest.raises(RuntimeError), database.transaction() as write:
        database.after_commit(write, lambda: heard.append("never"))
        raise RuntimeError

    assert heard == []
    with database.transaction():
        pass
    assert heard == []


def test_a_listener_that_fails_keeps_nobody_else_from_hearing(db):
    heard = []
    with database.transaction() as write:
        database.after_commit(write, lambda: 1 / 0)
        database.after_commit(write, lambda: heard.append("told"))

    assert heard == ["told"]


def test_a_transaction_inside_another_is_refused_and_loses_nothing(db):
    with database.transaction() as write:
        database.raise_content_revision(write)
        with pytest.raises(RuntimeError), database.transaction():
            pass

    assert database.content_revision(db) == 2


def test_nothing_comes_after_a_transaction_that_is_not_there(db):
    with pytest.raises(RuntimeError):
        database.after_commit(db, lambda: None)


def test_what_a_host_has_pending_in_its_own_session_is_neither_lost_nor_committed(app):
    hosts = app.extensions["sqlalchemy"].session
    with app.app_context():
        hosts.add(Cart(id="the host's", created_at=clock.now(), changed_at=clock.now()))

        with database.transaction() as write:
            database.raise_content_revision(write)

        assert database.session().get(Cart, "the host's") is None
        hosts.commit()
        database.session().rollback()
        assert database.session().get(Cart, "the host's") is not None


def test_an_engine_that_begins_by_itself_can_carry_the_shop(app):
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))

        with database.transaction() as write:
            database.raise_content_revision(write)

        assert database.content_revision(database.session()) == 2


@both
def test_migrations_make_just_the_tables_of_the_models(database_url):
    engine = create_engine(database_url)
    ours = set(Base.metadata.tables)
    options = {
        "version_table": migrate.VERSION_TABLE,
        "include_object": lambda _item, name, kind, *_: kind != "table" or name in ours,
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@pytest.mark.changes_tables
@both
def test_migrations_go_down_to_nothing_and_up_again(database_url):
    engine = create_engine(database_url)

    migrate.down(engine, "base")
    left = [
        name
        for name in inspect(engine).get_table_names()
        if name.startswith(("storefront_", "routines_"))
    ]
    assert left == [migrate.VERSION_TABLE]

    migrate.up(engine)
    current, newest = migrate.status(engine)
    assert current == newest
    engine.dispose()


def test_a_host_keeps_our_tables_out_of_its_own_migrations():
    assert host_tables_only(None, "hosts_own", "table", True, None)
    assert not host_tables_only(None, "storefront_order", "table", True, None)
    assert not host_tables_only(
        Base.metadata.tables["storefront_order"].c.key, "slug", "column", True, None
    )


def test_our_sqlite_is_set_up_for_writers_and_readers_at_once(db):
    values = [
        db.scalar(text(f"PRAGMA {name}"))
        for name in ("journal_mode", "foreign_keys", "busy_timeout")
    ]

    assert values == ["wal", 1, 10_000]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_our_postgresql_compiles_no_query(db):
    """A product page took three seconds with it and 16 milliseconds without, before any ANALYZE."""
    assert db.scalar(text("SHOW jit")) == "off"
