"""Who pays for a tool and keeps it owns it; who was paid back owns it for some days more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from storefront import migrate
from storefront.orders.models import Order, OrderLine
from storefront.outbox import OutboxRow
from storefront.ownership import endings, service, upkeep
from storefront.ownership.models import Owned
from storefront.privacy.kept import NOBODY
from tests.makers import both, make_component, make_order

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GRACE = timedelta(days=14)
ANA = "ana@example.org"


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


def line(*components, quantity=1, **fields):
    fields.setdefault("total_minor", 2400 * quantity)
    return OrderLine(
        sku="A", name="A", quantity=quantity, unit_price_minor=2400,
        tax_basis_points=0, tax_minor=0, components=list(components), **fields,
    )  # fmt: skip


def bought(db, *lines, **fields):
    fields.setdefault("state", "paid")
    order = make_order(db, **fields)
    order.lines.extend(lines)
    db.flush()
    return order


def letters(db):
    db.flush()
    return [row.payload for row in db.scalars(select(OutboxRow).order_by(OutboxRow.id))]


@both
def test_owned_components_come_from_paid_and_kept_orders(db, shop):
    for order in (
        bought(db, line("strap")),
        bought(db, line("mini-roller", "mat"), state="fulfilled"),
        bought(db, line("peanut-ball"), state="awaiting_payment"),
        bought(db, line("t-handle"), state="needs_attention", paid_minor=2790),
        bought(db, line("long-roller"), paid_minor=2790, refunded_minor=2790),
        bought(db, line("pressure-ball"), email="bob@example.org"),
    ):
        service.sync_order(db, order, shop, NOW)

    assert service.owned_components(db, ANA, NOW) == {"strap", "mini-roller", "mat"}
    assert service.owned_by(db, [ANA, "bob@example.org", "eve@example.org"], NOW) == {
        ANA: {"strap", "mini-roller", "mat"},
        "bob@example.org": {"pressure-ball"},
        "eve@example.org": frozenset(),
    }


def test_saying_it_twice_changes_nothing(db, shop):
    order = bought(db, line("strap", "mat"))
    for _time in range(2):
        service.sync_order(db, order, shop, NOW)

    assert len(db.scalars(select(Owned)).all()) == 2


@both
def test_what_is_paid_back_stays_open_for_the_days_of_grace_and_not_a_moment_longer(db, shop):
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)
    order.lines[0].refunded_quantity = 1

    service.sync_order(db, order, shop, NOW)
    service.sync_order(db, order, shop, NOW + timedelta(days=3))  # counts from the first time

    end = NOW + GRACE
    assert service.owned_until(db, ANA, end - timedelta(microseconds=1)) == {"strap": end}
    assert service.owned_until(db, ANA, end) == {}


def test_of_two_pieces_one_may_go_back(db, shop):
    order = bought(db, line("strap", quantity=2))
    service.sync_order(db, order, shop, NOW)
    order.lines[0].refunded_quantity = 1

    service.sync_order(db, order, shop, NOW)

    assert service.owned_until(db, ANA, NOW) == {"strap": None}


def test_a_refund_that_failed_gives_it_back_without_end(db, shop):
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)
    order.lines[0].refunded_quantity = 1
    service.sync_order(db, order, shop, NOW)
    order.lines[0].refunded_quantity = 0

    service.sync_order(db, order, shop, NOW)

    assert service.owned_until(db, ANA, NOW + 2 * GRACE) == {"strap": None}


def test_an_order_kept_with_another_address_opens_for_both(db, shop):
    order = bought(db, line("strap"), claimed_by="work@example.org")

    service.sync_order(db, order, shop, NOW)

    assert service.owned_components(db, "work@example.org", NOW) == {"strap"}
    assert service.owned_components(db, ANA, NOW) == {"strap"}


def test_what_was_exchanged_gives_the_new_and_no_more_the_old(db, shop):
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)
    first = order.lines[0]
    order.lines.append(line("band", stands_for_id=first.id, total_minor=0, discount_minor=2400))
    service.sync_order(db, order, shop, NOW)
    assert service.owned_until(db, ANA, NOW) == {"strap": NOW + GRACE, "band": None}

    first.refunded_quantity = 1  # the refund of the new piece counts on the one it stands for
    service.sync_order(db, order, shop, NOW)
    assert service.owned_components(db, ANA, NOW + GRACE) == frozenset()


def test_the_letter_says_once_what_closes_and_when(db, shop):
    make_component(db, "strap", "Stretching strap")
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)
    order.lines[0].refunded_quantity = 1
    service.sync_order(db, order, shop, NOW)

    for _time in range(2):
        endings.tell(db, order, shop, NOW)

    [letter] = letters(db)
    assert letter["letter"] == "access_ends"
    assert letter["context"]["components"] == ["Stretching strap"]
    assert letter["context"]["until"] == "4 December 2026, 10:00"
    assert not letter["context"]["is_over"]


def test_nothing_closes_while_another_order_gives_the_same(db, shop):
    first, second = bought(db, line("strap")), bought(db, line("strap"))
    for order in (first, second):
        service.sync_order(db, order, shop, NOW)
    first.lines[0].refunded_quantity = 1
    service.sync_order(db, first, shop, NOW)

    endings.tell(db, first, shop, NOW)

    assert letters(db) == []
    assert service.owned_until(db, ANA, NOW) == {"strap": None}


def test_the_account_reads_what_was_owned_too(db, shop):
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)

    [record] = service.records(db, ANA)

    assert (record.component, record.source, record.since) == ("strap", "order", NOW)


@both
def test_the_ledger_finds_owners_that_paid_nothing_and_payers_that_own_nothing(db, shop):
    order = bought(db, line("strap"))
    assert len(list(upkeep.problems(db))) == 1
    service.sync_order(db, order, shop, NOW)
    assert list(upkeep.problems(db)) == []

    db.execute(update(Owned).values(component="mat"))

    assert len(list(upkeep.problems(db))) == 2


def test_an_erased_buyer_owns_nothing_and_the_ledger_asks_for_nobody(db, shop):
    order = bought(db, line("strap"), email=NOBODY)

    service.sync_order(db, order, shop, NOW)

    assert db.scalars(select(Owned)).all() == []
    assert list(upkeep.problems(db)) == []


def test_one_line_gives_a_component_to_an_address_once(db, shop):
    order = bought(db, line("strap"))
    service.sync_order(db, order, shop, NOW)
    row = db.scalars(select(Owned)).one()
    twice = Owned(
        email=row.email, component=row.component, source=row.source, reference=row.reference,
        since=NOW,
    )  # fmt: skip

    db.add(twice)

    with pytest.raises(IntegrityError):
        db.flush()


@both
@pytest.mark.changes_tables
def test_the_revision_writes_down_who_owned_before(app, db):
    order = bought(
        db, line("strap"), line("mat", refunded_quantity=1), claimed_by="work@example.org"
    )
    bought(db, line("band"), state="expired")
    number = order.number
    db.commit()
    db.close()
    engine = app.extensions["sqlalchemy"].engine

    migrate.down(engine, "0016_accounts")
    migrate.up(engine)

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT email, component FROM storefront_owned"))
        assert sorted(map(tuple, rows)) == [(ANA, "strap"), ("work@example.org", "strap")]
    assert db.scalars(select(Order.number).where(Order.state == "paid")).one() == number
    assert list(upkeep.problems(db)) == []
