"""The first page says what needs somebody; health says whether everything is at work."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, outbox, worker
from storefront.aftersales.models import Return
from storefront.backoffice import attention, condition
from storefront.backoffice.attention import Found, Matter
from storefront.health import beats
from storefront.orders.models import Fulfilment
from storefront.outbox import OutboxRow
from storefront.payments.models import Cursor, Dispute, Payment, Refund, StripeEvent
from storefront.staff import roles
from storefront.staff.models import AuditEntry
from storefront.stock.models import StockLevel
from tests.makers import make_attempt, make_order, make_product
from tests.storefront.backoffice.at_the_desk import signed_in

NOW = clock.now()


@pytest.fixture
def trouble(db):
    """One of everything that needs somebody."""
    order = make_order(db, state="needs_attention", attention="The amount differs", paid_minor=2790, paid_at=clock.now())  # fmt: skip
    attempt = make_attempt(db, order, state="paid")
    payment = Payment(
        order_id=order.id, attempt_id=attempt.id, reference="pi_1", amount_minor=2790,
        currency="EUR", received_at=clock.now(),
    )  # fmt: skip
    db.add(payment)
    db.flush()
    db.add_all([
        Dispute(stripe_id="dp_1", order_id=order.id, payment_id=payment.id, amount_minor=2790, currency="EUR",
                status="needs_response", reason="fraudulent", due_at=NOW + timedelta(days=6), created_at=NOW),
        Refund(reference="r1", idempotency_key="k1", order_id=order.id, payment_id=payment.id, turn=1,
               amount_minor=500, currency="EUR", reason="goodwill", state="failed", failure="The bank refused it",
               created_at=NOW),
        StripeEvent(event_id="evt_1", type="charge.refunded", received_at=NOW, done_at=NOW, outcome="given_up"),
        OutboxRow(kind="mail", key="order_paid:1", payload={"context": {"code": "SECRET-1"}}, state="failed", tries=10,
                  created_at=NOW, run_at=NOW, error="SMTPServerDisconnected: <b>gone</b>"),
        Return(number="R-1", order_id=order.id, asked_at=NOW, changed_at=NOW),
        Fulfilment(order_id=order.id, created_at=NOW),
    ])  # fmt: skip
    make_product(db, stock=2)
    db.commit()


@pytest.mark.parametrize(
    ("role", "sees", "sees_not"),
    [
        ("keeper", ["The amount differs", "fraudulent", "The bank refused it", "charge.refunded",
                    "order_paid:1", "R-1", "2 free", "Paid today", "To ship"], []),
        ("packer", ["R-1", "2 free", "To ship"], ["The amount differs", "fraudulent", "27.90", "Paid today"]),
        ("author", ["2 free"], ["R-1", "The amount differs", "To ship", "Orders today"]),
    ],
)  # fmt: skip
def test_everybody_sees_what_they_can_help_with(app, trouble, role, sees, sees_not):
    page = signed_in(app, role).get("/backoffice").text

    assert [words for words in sees if words not in page] == []
    assert [words for words in sees_not if words in page] == []


def test_what_is_nearly_gone_leads_to_its_shelf(app, trouble, db):
    (level,) = db.scalars(select(StockLevel))
    with app.test_request_context():
        pile = next(
            each for each in attention.piles(db, "packer", NOW) if each.title == "Little left"
        )

    assert pile.url == "/backoffice/stock?state=low"
    assert [row.url for row in pile.rows] == [f"/backoffice/stock/{level.variant_id}"]


def test_a_shop_without_trouble_says_so(app):
    with app.app_context():
        worker.run("beat")

    assert "Nothing. Everything" in signed_in(app).get("/backoffice").text


def test_the_sum_of_today_is_of_today(app, db):
    for days, minor in ((0, 2790), (2, 9900)):
        make_order(db, state="paid", paid_minor=minor, total_minor=minor, paid_at=clock.now() - timedelta(days=days))  # fmt: skip
    db.commit()

    page = signed_in(app).get("/backoffice").text

    assert "€27.90" in page
    assert "99.00" not in page


def test_a_room_adds_what_it_knows_and_links_only_where_a_role_may_go(app, db, monkeypatch):
    monkeypatch.setattr(attention, "PROVIDERS", [])

    @attention.provider("Trials", roles.EVERYBODY)
    def trials(db, now):
        links = (("members.page", {}), ("nowhere.page", {}), None)
        return Found(9, [Matter(f"T-{at}", "why", link) for at, link in enumerate(links)])

    with app.test_request_context():
        ((owners,), (packers,)) = (attention.piles(db, role, NOW) for role in ("owner", "packer"))  # fmt: skip

    assert (owners.title, owners.count) == ("Trials", 9)
    assert [row.url for row in owners.rows] == ["/backoffice/members", "", ""]
    assert [row.url for row in packers.rows] == ["", "", ""]


def test_health_shows_what_failed_without_what_was_in_it(app, trouble):
    page = signed_in(app, "keeper").get("/backoffice/health").text

    assert "mail order_paid:1" in page
    assert "SMTPServerDisconnected: &lt;b&gt;gone" in page
    assert "SECRET-1" not in page
    assert "the test till" in page


def test_a_failed_row_is_tried_again_once_and_noted(app, trouble, db):
    keeper = signed_in(app, "keeper")
    row = db.query(OutboxRow).one()
    path = f"/backoffice/health/outbox/{row.id}/retry"

    assert keeper.post(path).status_code == 303
    db.refresh(row)
    assert (row.state, row.tries) == ("queued", 0)
    assert db.query(AuditEntry).one().action == "outbox.retried"
    db.rollback()

    assert keeper.post(path).status_code == 404
    assert keeper.post("/backoffice/health/outbox/999/retry").status_code == 404


def test_the_worker_is_missed_after_some_minutes(app, db):
    keeper = signed_in(app, "keeper")
    for path in ("/backoffice", "/backoffice/health"):
        assert "never seen" in keeper.get(path).text

    with app.app_context():
        worker.run("beat")
    assert "seen just now" in keeper.get("/backoffice/health").text

    beats.beat(db, beats.WORKER, clock.now() - timedelta(hours=2))
    db.commit()
    page = keeper.get("/backoffice/health").text
    assert "seen 2 hours ago" in page
    assert '"state bad"' in page


def test_old_work_shows_as_late(app, db):
    outbox.put(db, "mail", "k", {}, run_at=clock.now() - timedelta(hours=3))
    db.add(StripeEvent(event_id="evt_9", type="x", received_at=clock.now() - timedelta(hours=5)))  # fmt: skip
    db.commit()

    page = signed_in(app, "keeper").get("/backoffice/health").text

    assert "1, the oldest from 3 hours ago" in page
    assert "1, the oldest from 5 hours ago" in page
    assert "1 events of Stripe wait to be done." in page


def test_a_clock_that_is_off_and_refused_signatures_are_told(app, db):
    for name, number in (("clock_offset", 90), ("bad_signatures", 7)):
        db.add(Cursor(name=name, moment=clock.now(), number=number))
    db.commit()

    page = signed_in(app, "keeper").get("/backoffice/health").text

    assert "Our clock is 90 seconds behind" in page
    assert "is STRIPE_WEBHOOK_SECRETS right?" in page
    assert "7, the last just now" in page


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/backoffice", "Today"), ("/backoffice/newsletter", "Newsletter"), ("/backoffice/newsletter/segments", "Segments"),
        ("/backoffice/newsletter/segments/new", "Segments"),
    ],
)  # fmt: skip
def test_the_menu_marks_the_one_room_that_is_open(app, path, label):
    text = signed_in(app, "owner").get(path).text

    menus = re.findall(r'aria-current="page">([^<]+)<', text)
    assert menus == [label, label]  # the menu of a phone, and the one beside the page


@pytest.mark.parametrize(
    ("host", "answer", "minutes", "told", "is_wrong"),
    [
        ("imap.example", {}, 0, "read ", False), ("imap.example", {}, 61, "read ", True),
        ("imap.example", {"away": 1}, 0, "never read", True), ("", {}, 0, "", False),
    ],
)  # fmt: skip
def test_a_mailbox_that_is_not_read_is_told(
    app, db, monkeypatch, host, answer, minutes, told, is_wrong
):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"bounce_imap_host": host})
    monkeypatch.setattr(worker.imap, "work", lambda *_: answer)
    worker.run("bounces")

    with app.test_request_context():
        now = clock.now() + timedelta(minutes=minutes)
        groups = condition.lines(db, now)
        wrong = [line.name for line in condition.wrong(db, now)]

    found = [
        line for _, group in groups for line in group if line.name == "Mail that comes back"
    ]
    assert [told in line.text for line in found] == ([True] if host else [])
    assert ("Mail that comes back" in wrong) is is_wrong
