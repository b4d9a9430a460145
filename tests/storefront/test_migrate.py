"""Every revision goes up and down with the shop's rows in it, and ends where the models are."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect, text

from storefront import migrate
from storefront.database import Base
from storefront.orders.models import OrderLine
from storefront.resources import data_folder
from tests.makers import both, make_order, make_product

pytestmark = pytest.mark.changes_tables

REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(data_folder("migrations"))).walk_revisions()
    if script.down_revision
]


@pytest.fixture
def engine(app, database_url):
    with app.app_context():
        made = create_engine(database_url)
        yield made
        made.dispose()


@both
def test_the_migrated_tables_are_those_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours})

        differences = compare_metadata(context, Base.metadata)

    assert differences == []


@both
def test_the_migrated_checks_are_those_of_the_models(engine):
    inspector = inspect(engine)
    migrated = {
        check["name"]
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }

    modelled = {
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert migrated == modelled


@both
@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_taken_back_and_made_again_loses_no_order(engine, db, revision):
    variant = make_product(db)
    order = make_order(db, total_minor=2400, shipping_minor=0)
    order.lines.append(
        OrderLine(
            variant_id=variant.id, sku=variant.sku, name="Roller", quantity=1,
            unit_price_minor=2400, total_minor=2400, tax_basis_points=0, tax_minor=0,
        )
    )  # fmt: skip
    db.commit()
    db.close()

    migrate.down(engine, f"{revision}-1")
    migrate.up(engine)

    with engine.connect() as connection:
        count = "SELECT (SELECT count(*) FROM storefront_order), (SELECT count(*) FROM storefront_order_line)"
        assert tuple(connection.execute(text(count)).one()) == (1, 1)
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def _ours(item, name, type_, reflected, compare_to):
    return type_ != "table" or name in Base.metadata.tables
