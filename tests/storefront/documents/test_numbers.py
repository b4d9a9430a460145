"""Numbers have no gap and no double, whoever asks at the same time and whatever is rolled back."""

import threading

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from storefront import clock, database
from storefront.documents import numbers, service, upkeep
from storefront.documents.models import Document
from storefront.orders.models import Order, OrderEvent
from tests.makers import both
from tests.storefront.documents.papers import Given, GivenLine, paid_order

AT_ONCE = 50


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


def issued(db, kind="invoice"):
    db.rollback()
    return db.scalars(
        select(Document).where(Document.kind == kind).order_by(Document.number)
    ).all()


def in_threads(app, calls):
    """Run calls that start together, each in an app context; give what they raised."""
    start, failures = threading.Barrier(len(calls)), []

    def run(call):
        with app.app_context():
            start.wait(30)
            try:
                call()
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


class Stumbled(Exception):
    """Something went wrong after the number was taken."""


@both
def test_fifty_at_once_with_every_third_rolled_back_leave_no_gap(app, db, shop):
    orders = [paid_order(db).id for _ in range(AT_ONCE)]
    db.commit()

    def issue(order_id, stumbles):
        with database.transaction() as mine:
            service.issue_invoice(mine, mine.get_one(Order, order_id), shop)
            if stumbles:
                raise Stumbled

    failures = in_threads(
        app,
        [lambda one=one, n=n: issue(one, n % 3 == 0) for n, one in enumerate(orders)],
    )

    stumbled = len(range(0, AT_ONCE, 3))
    assert [type(failure) for failure in failures] == [Stumbled] * stumbled
    assert [one.number for one in issued(db)] == list(range(1, AT_ONCE - stumbled + 1))
    assert upkeep.gaps(db, 1) == []


@both
def test_an_order_has_one_invoice_however_many_ask_for_it(app, db, shop):
    order_id = paid_order(db).id
    db.commit()

    def issue():
        with database.transaction() as mine:
            service.issue_invoice(mine, mine.get_one(Order, order_id), shop)

    assert in_threads(app, [issue] * 10) == []
    [invoice] = issued(db)
    assert invoice.name == f"INV-{clock.now().year}-00001"
    noted = db.scalars(select(OrderEvent.facts).where(OrderEvent.kind == "invoice")).all()
    assert noted == [{"document": invoice.name}]


@both
def test_the_database_refuses_a_second_invoice_and_a_number_twice(db, shop):
    order, other = paid_order(db), paid_order(db)
    first = service.issue_invoice(db, order, shop)
    db.commit()
    again = {"kind": "invoice", "series": first.series, "currency": "EUR", "total_minor": 1,
             "facts": {}, "issued_at": clock.now()}  # fmt: skip

    for values in (
        {"order_id": order.id, "number": 2},
        {"order_id": other.id, "number": 1},
        {"order_id": other.id, "number": 0},
        {"order_id": other.id, "number": 3, "refund_id": 7},
    ):
        db.add(Document(**again, **values))
        with pytest.raises(IntegrityError):
            db.flush()
        db.rollback()


@both
def test_a_later_change_of_the_order_does_not_reach_the_invoice(db, shop):
    order = paid_order(db)
    service.issue_invoice(db, order, shop)
    order.name, order.lines[0].name = "Somebody else", "Something else"
    db.commit()

    [invoice] = issued(db)

    assert invoice.facts["buyer"]["name"] == "Ana"
    assert invoice.facts["lines"][0]["name"] == "Mini roller, medium"
    assert invoice.facts["seller"]["vat_id"] == shop.seller_vat_id
    assert invoice.facts["rates"] == [
        {"basis_points": 1900, "net_minor": 2345, "tax_minor": 445, "gross_minor": 2790}
    ]


@both
def test_credit_notes_are_numbered_apart_and_never_exceed_the_invoice(app, db, shop):
    order = paid_order(db)
    service.issue_invoice(db, order, shop)
    line = order.lines[0].id

    service.issue_credit_note(db, order, Given(1, 1200, lines=[GivenLine(line, 1, 1200)]), shop)
    service.issue_credit_note(db, order, Given(1, 1200, lines=[GivenLine(line, 1, 1200)]), shop)
    service.issue_credit_note(db, order, Given(2, 5000), shop)
    db.commit()

    first, second = issued(db, "credit_note")
    assert (first.name, first.total_minor) == (f"CN-{first.series}-00001", 1200)
    assert first.facts["lines"][0]["quantity"] == 1
    assert first.facts["corrects"] == f"INV-{first.series}-00001"
    assert second.total_minor == 1590
    [invoice] = issued(db)
    assert invoice.credited_minor == invoice.total_minor == 2790
    taxes = [note.facts["tax_minor"] for note in (first, second)]
    assert sum(taxes) == invoice.facts["tax_minor"]


@both
def test_a_refund_that_fails_after_all_takes_its_credit_note_back(db, shop):
    order = paid_order(db)
    service.issue_invoice(db, order, shop)
    refund, again = Given(1, 2790), Given(2, 2790)
    service.issue_credit_note(db, order, refund, shop)

    for _time in range(2):
        service.reverse_credit_note(db, order, refund, shop)
    second = service.issue_credit_note(db, order, again, shop)
    db.commit()

    [debit] = issued(db, "debit_note")
    first = issued(db, "credit_note")[0]
    assert (debit.name, debit.total_minor) == (f"DN-{debit.series}-00001", 2790)
    assert debit.facts["corrects"] == first.name
    assert second.facts["rates"] == first.facts["rates"] == debit.facts["rates"]
    assert issued(db)[0].credited_minor == 2790
    assert service.reverse_credit_note(db, order, Given(9, 1), shop) is None


@both
def test_money_back_without_an_invoice_needs_no_credit_note(db, shop):
    order = paid_order(db, email="late@example.org")

    assert service.issue_credit_note(db, order, Given(1, 100), shop) is None
    db.commit()

    assert issued(db, "credit_note") == []


@both
def test_credits_at_once_never_exceed_the_invoice(app, db, shop):
    order_id = paid_order(db).id
    service.issue_invoice(db, db.get_one(Order, order_id), shop)
    db.commit()

    def credit(number):
        with database.transaction() as mine:
            order = mine.get_one(Order, order_id)
            service.issue_credit_note(mine, order, Given(number, 700), shop)

    failures = in_threads(app, [lambda n=n: credit(n) for n in range(1, 9)])

    assert failures == []
    notes = issued(db, "credit_note")
    assert [note.number for note in notes] == [1, 2, 3, 4]
    assert [note.total_minor for note in notes] == [700, 700, 700, 690]


@both
def test_invoices_of_before_are_issued_in_the_order_of_payment(db, shop):
    later, earlier = paid_order(db), paid_order(db)
    later.paid_at, earlier.paid_at = clock.now(), clock.now().replace(year=2020)
    paid_order(db, email="waiting@example.org").state = "awaiting_payment"
    db.flush()

    names = upkeep.issue_missing(db, shop)
    db.commit()

    assert [one.order_id for one in issued(db)] == [earlier.id, later.id]
    assert len(names) == 2
    assert upkeep.issue_missing(db, shop) == []
    assert db.scalar(select(func.count()).select_from(Document)) == 2


def test_the_first_number_of_a_year_is_the_shopkeepers_choice(db, shop):
    chosen = shop.model_copy(update={"invoice_first_number": 5001})

    document = service.issue_invoice(db, paid_order(db), chosen)

    assert document.name.endswith("-05001")
    assert upkeep.gaps(db, 5001) == []


@both
def test_the_ledger_check_finds_a_paper_that_is_gone_and_credits_that_do_not_add_up(db, shop):
    for _time in range(3):
        last = paid_order(db)
        service.issue_invoice(db, last, shop)
    service.issue_credit_note(db, last, Given(1, 700), shop)
    db.commit()
    assert list(upkeep.problems(db)) == []

    db.execute(delete(Document).where(Document.kind == "credit_note"))
    db.execute(delete(Document).where(Document.number == 2))

    year = issued_year(shop)
    assert list(upkeep.problems(db)) == [
        f"INV-{year}-00002 was never issued, or is gone.",
        f"INV-{year}-00003: 700 are credited, its notes say 0.",
    ]


def issued_year(shop):
    return numbers.series_of(clock.now(), shop)
