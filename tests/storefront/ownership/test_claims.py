"""A code from the box has one owner at a time, and whoever gives it away owns it no more."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from storefront import database
from storefront.errors import Invalid, NotFound
from storefront.orders.models import Order, OrderLine
from storefront.ownership import claims, service, upkeep
from storefront.ownership.models import ClaimCode, Owned
from storefront.settings import Settings
from tests.makers import both, make_order, make_product

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANA, BO = "ana@example.org", "bo@example.org"


@pytest.fixture
def code(db):
    make_product(db, components=("roller",))
    [made] = claims.make(db, "ROLL-MINI-M", 1, "first", NOW)
    return made


def owned(db, email, now=NOW):
    return service.owned_components(db, email, now)


@pytest.fixture
def order(db):
    order = make_order(db, state="paid")
    order.lines.append(
        OrderLine(
            sku="A", name="A", quantity=1, unit_price_minor=2400, total_minor=2400,
            tax_basis_points=0, tax_minor=0, components=["strap"],
        )
    )  # fmt: skip
    db.flush()
    service.sync_order(db, order, Settings(), NOW)
    return order


@both
def test_a_code_is_taken_once_and_kept_nowhere(db, code):
    claims.claim(db, code, ANA, NOW)

    assert owned(db, ANA) == {"roller"}
    with pytest.raises(NotFound):
        claims.claim(db, code, BO, NOW)
    with pytest.raises(NotFound):
        claims.claim(db, code, ANA, NOW)
    assert claims.spelt(code) not in str([vars(row) for row in db.scalars(select(ClaimCode))])
    assert list(upkeep.problems(db)) == []


def test_a_code_is_read_however_it_is_typed(db, code):
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\r\n"

    assert claims.find(db, typed).sku == "ROLL-MINI-M"


@pytest.mark.parametrize(
    "text", ["", "x", "\x00", "0" * 16, "0" * 17, "A" * 100_000, "ÄÖÜ" * 9, "1234\r\nBcc: x"]
)
def test_what_is_no_code_is_refused_like_one_that_is_gone(db, code, text):
    claims.revoke(db, claims.of_batch(db, "first"), "lost", Settings(), NOW)

    with pytest.raises(NotFound) as wrong:
        claims.find(db, text)
    with pytest.raises(NotFound) as gone:
        claims.find(db, code)
    assert str(wrong.value) == str(gone.value)


@both
def test_the_code_of_somebody_who_was_erased_is_used_up(db, code):
    row = claims.claim(db, code, ANA, NOW)
    passed = claims.hand_on(db, row.id, ANA)
    db.execute(delete(Owned))
    row.claimed_by = None  # as `privacy` leaves it
    db.flush()

    for used in (code, passed):
        with pytest.raises(NotFound):
            claims.claim(db, used, BO, NOW)
    assert list(upkeep.problems(db)) == []


def test_a_line_given_to_somebody_who_was_erased_stays_given_away(db, order):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    row = claims.claim(db, given, BO, NOW)
    db.execute(delete(Owned).where(Owned.email == BO))
    row.claimed_by = None
    db.flush()

    service.sync_order(db, order, Settings(), NOW)

    assert owned(db, order.email, NOW + timedelta(days=400)) == frozenset()
    with pytest.raises(Invalid):
        claims.make_for_line(db, order, order.lines[0], NOW)
    assert list(upkeep.problems(db)) == []


@both
def test_the_giver_loses_it_at_the_moment_it_is_taken(db, code):
    row = claims.claim(db, code, ANA, NOW)
    passed = claims.hand_on(db, row.id, ANA)
    assert owned(db, ANA) == {"roller"}

    claims.claim(db, passed, BO, NOW)

    assert (owned(db, ANA), owned(db, BO)) == (frozenset(), {"roller"})
    for used in (code, passed):
        with pytest.raises(NotFound):
            claims.claim(db, used, ANA, NOW)
    assert list(upkeep.problems(db)) == []


def test_only_its_owner_gives_it_away_and_may_think_again(db, code):
    row = claims.claim(db, code, ANA, NOW)
    with pytest.raises(NotFound):
        claims.hand_on(db, row.id, BO)
    passed = claims.hand_on(db, row.id, ANA)

    claims.keep(db, row.id, ANA)

    with pytest.raises(NotFound):
        claims.claim(db, passed, BO, NOW)


def test_a_revoked_batch_opens_nothing_from_that_moment(db, code):
    claims.claim(db, code, ANA, NOW)

    assert claims.revoke(db, claims.of_batch(db, "first"), "stolen", Settings(), NOW) == 1
    assert claims.revoke(db, claims.of_batch(db, "first"), "stolen", Settings(), NOW) == 0

    assert owned(db, ANA) == frozenset()
    assert list(upkeep.problems(db)) == []


@both
def test_a_line_given_away_leaves_its_buyer_and_comes_back_to_the_shop_with_its_refund(
    db, order
):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    claims.claim(db, given, BO, NOW)
    service.sync_order(db, order, Settings(), NOW)
    assert (owned(db, ANA), owned(db, BO)) == (frozenset(), {"strap"})
    assert list(upkeep.problems(db)) == []

    order.lines[0].refunded_quantity = 1
    service.sync_order(db, order, Settings(), NOW)

    assert owned(db, BO) == {"strap"}
    assert owned(db, BO, NOW + timedelta(days=14)) == frozenset()
    assert list(upkeep.problems(db)) == []


def test_a_second_code_for_a_line_ends_the_first_and_a_taken_one_ends_neither(db, order):
    line = order.lines[0]
    first, second = (claims.make_for_line(db, order, line, NOW) for _time in range(2))
    with pytest.raises(NotFound):
        claims.claim(db, first, BO, NOW)

    claims.claim(db, second, BO, NOW)

    with pytest.raises(Invalid, match="taken"):
        claims.make_for_line(db, order, line, NOW)


def test_a_line_that_was_paid_back_is_not_given_away(db, order):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    order.lines[0].refunded_quantity = 1
    db.flush()

    with pytest.raises(NotFound):
        claims.claim(db, given, BO, NOW)
    with pytest.raises(Invalid):
        claims.make_for_line(db, order, order.lines[0], NOW)


@pytest.mark.parametrize(
    ("sku", "count", "batch"),
    [("NONE", 1, "b"), ("ROLL-MINI-M", 0, "b"), ("ROLL-MINI-M", 1001, "b"),
     ("ROLL-MINI-M", 1, " "), ("ROLL-MINI-M", 1, "a\r\nb"), ("ROLL-MINI-M", 1, "x" * 61)],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused(db, code, sku, count, batch):
    with pytest.raises(Invalid):
        claims.make(db, sku, count, batch, NOW)


@both
def test_the_database_knows_no_two_owners_of_one_code(db, code):
    row = claims.claim(db, code, ANA, NOW)
    db.add(Owned(email=BO, component="roller", source="claim", reference=row.id, since=NOW))

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


@both
def test_of_two_who_claim_at_once_one_gets_it(app, db, code):
    db.commit()
    told, start = [], threading.Barrier(2)

    def take(email):
        with app.app_context():
            start.wait()
            try:
                with database.transaction() as mine:
                    claims.claim(mine, code, email, NOW)
                told.append(email)
            except NotFound:
                told.append(None)

    both_of_them = [threading.Thread(target=take, args=(email,)) for email in (ANA, BO)]
    for one in both_of_them:
        one.start()
    for one in both_of_them:
        one.join()

    assert sorted(told, key=str) == sorted([None, next(filter(None, told))], key=str)
    assert len(db.scalars(select(Owned)).all()) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_line_is_taken_only_when_nobody_is_paying_its_order_back(app, db, order):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    order_id = order.id
    db.commit()

    with Session(db.get_bind()) as paying_back:
        paying_back.get(Order, order_id, with_for_update=True)
        with pytest.raises(OperationalError), database.transaction() as mine:
            mine.execute(text("SET LOCAL lock_timeout = 50"))
            claims.claim(mine, given, BO, NOW)

    assert owned(db, BO) == frozenset()


@both
def test_the_buyer_owns_again_what_was_given_away_by_a_code_that_is_revoked(db, order):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    row = claims.claim(db, given, BO, NOW)
    passed = claims.hand_on(db, row.id, BO)
    later = NOW + timedelta(days=3)

    for count in (1, 0):
        assert claims.revoke(db, [row], "fraud", Settings(), later) == count
        assert (owned(db, order.email, later), owned(db, BO, later)) == ({"strap"}, frozenset())
        assert list(upkeep.problems(db)) == []
    with pytest.raises(NotFound):
        claims.claim(db, passed, BO, later)
    again = claims.make_for_line(db, order, order.lines[0], later)
    claims.claim(db, again, BO, later)
    assert (owned(db, order.email, later), owned(db, BO, later)) == (frozenset(), {"strap"})
    assert list(upkeep.problems(db)) == []


def test_a_revoked_code_gives_nothing_back_that_was_paid_back(db, order):
    given = claims.make_for_line(db, order, order.lines[0], NOW)
    row = claims.claim(db, given, BO, NOW)
    order.lines[0].refunded_quantity = 1
    order.refunded_minor = order.paid_minor = 2400
    service.sync_order(db, order, Settings(), NOW)

    claims.revoke(db, [row], "fraud", Settings(), NOW)

    assert (owned(db, order.email), owned(db, BO)) == (frozenset(), frozenset())
    assert list(upkeep.problems(db)) == []
