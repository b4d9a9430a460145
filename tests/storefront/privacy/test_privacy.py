"""Everything kept about an address: handed out whole, and erased but for what the law wants kept."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import String, select

from storefront import clock, database, mail, outbox
from storefront.cart.models import Cart
from storefront.customers import tools
from storefront.customers.models import CustomerSession, VerifiedAddress
from storefront.database import Base
from storefront.errors import Invalid
from storefront.memberships.models import Membership, MembershipAttempt, MembershipPlan
from storefront.newsletter import choices, consent
from storefront.newsletter import service as newsletter
from storefront.newsletter.models import ConsentEvent, Subscriber
from storefront.newsletter.suppression import is_suppressed
from storefront.orders.models import Order
from storefront.ownership.models import ClaimCode, Owned
from storefront.payments.models import PaymentAttempt
from storefront.privacy import everywhere
from storefront.privacy.holdings import NOT_OURS
from storefront.privacy.kept import ERASED, NOBODY
from storefront.sent_log import SentLetter
from tests.mailbox import code, letters
from tests.makers import both, make_attempt, make_order, proven

ANA, BOB = "ana@example.org", "bob@example.org"
LONG = 254  # as long as an address can be: a text of that length holds one
# Members of the staff, at work: who did what is no customer's data and stays.
STAFF = {
    "by",
    "who",
    "author",
    "saved_by",
    "reviewer",
    "opened_by",
    "made_by",
    "invited_by",
    "released_by",
}
# Texts of that length, or of that name, which hold no address.
NO_ADDRESS = {
    ("storefront_pace", "key"),
    ("storefront_delivery", "domain"),
    ("routines_plan", "given_by"),
}


def holds_address(column) -> bool:
    if column.name in STAFF or (column.table.name, column.name) in NO_ADDRESS:
        return False
    is_named = column.name in {"to", "claimed_by", "given_by"} or "email" in column.name
    return is_named or (isinstance(column.type, String) and column.type.length == LONG)


def test_every_table_with_an_address_has_an_answer(app):
    with app.test_request_context():
        answered = {holding.model.__tablename__ for holding in everywhere.holdings()}
    with_address = {
        table.name
        for table in Base.metadata.tables.values()
        if table.name.startswith(database.PREFIXES) and any(map(holds_address, table.columns))
    }

    assert with_address - answered - set(NOT_OURS) == set(), (
        "say in privacy/holdings.py what becomes of it"
    )
    assert not answered & set(NOT_OURS)


def fill(db, email=ANA) -> Order:
    """Write something about an address into many rooms."""
    now = clock.now()
    order = make_order(db, email=email, state="fulfilled", paid_at=now, gift_note="For Ana")
    make_attempt(db, order, state="paid", request={"customer_email": email, "success_url": "x"})
    db.add_all([
        VerifiedAddress(email=email, verified_at=now),
        Subscriber(email=email, locale="en", confirmed_at=now),
        Owned(email=email, component="strap", source="order", reference=order.id, since=now),
        ClaimCode(fingerprint=order.key, sku="S", components=["strap"], made_at=now, claimed_by=email, claimed_at=now),
        Cart(id=f"cart-{email}", created_at=now, changed_at=now, email=email),
    ])  # fmt: skip
    tools.add(db, email, ["strap"])
    mail.write(db, "address_code", email, email, {"code": "123456", "minutes": 15})
    outbox_row = SentLetter(
        message_id=f"<{email}>", letter="x", key="x", to=email, subject="x", sent_at=now, payload={"to": email}
    )  # fmt: skip
    db.add(outbox_row)
    db.flush()
    return order


@pytest.fixture
def settings_of(app):
    return app.extensions["storefront"].settings


def agree(db, settings, email=ANA):
    shown = consent.by_us(email, "Yes.", "page", settings)
    consent.record(db, "confirmed", shown, "10.0.0.1", settings, clock.now())


@both
def test_erasing_leaves_no_trace_of_the_address_anywhere(app, db, settings_of):
    with database.transaction():
        fill(db)
        agree(db, settings_of)
        fill(db, BOB)
    with app.test_request_context(), database.transaction():
        done = everywhere.erase(db, ANA, settings_of, clock.now())

    left = [
        table.name
        for table in Base.metadata.sorted_tables
        for row in db.execute(select(table))
        if ANA in json.dumps([str(value) for value in row])
    ]

    assert left == []
    assert done.gone["Your entry among the readers"] == 1
    assert db.scalars(select(Subscriber.email)).all() == [BOB]
    lines = db.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
    assert [line.event for line in lines] == ["confirmed", "suppressed", "erased"]
    assert all(line.person and not line.email for line in lines)
    assert is_suppressed(db, ANA, settings=settings_of)  # no import writes to them again
    assert consent.verify(db, settings_of) == []


@both
def test_an_erased_address_is_put_on_no_list_until_its_owner_asks_anew(app, db, settings_of):
    with app.test_request_context(), database.transaction() as write:
        agree(write, settings_of)
        everywhere.erase(write, ANA, settings_of, clock.now())
    with database.transaction() as write:
        brought = consent.by_us(ANA, "From an old list.", "import", settings_of)
        facts = {"client": "", "now": clock.now(), "settings": settings_of}
        assert newsletter.join(write, brought, ["letter"], **facts) == []
    assert db.scalars(select(Subscriber.email)).all() == []

    with database.transaction() as write:
        choices.keep(write, ANA, ["letter"], [], **facts)

    assert newsletter.is_confirmed(db, ANA, "letter")
    assert consent.verify(db, settings_of) == []


def test_what_the_books_want_stays_and_names_nobody(app, db, settings_of):
    with database.transaction():
        order = fill(db)
        order.state = "cancelled"
        before = (order.number, order.total_minor, order.key)
    with app.test_request_context(), database.transaction():
        everywhere.erase(db, ANA, settings_of, clock.now())

    order = db.scalars(select(Order)).one()

    assert (order.number, order.total_minor) == before[:2]
    assert order.key != before[2]
    assert (order.email, order.name, order.address["country"]) == (NOBODY, ERASED, "DE")
    assert (order.address["line1"], order.gift_note) == ("", "")
    assert db.scalars(select(PaymentAttempt)).one().request == {"success_url": "x"}


def test_a_sale_without_an_invoice_keeps_the_name_that_proves_it(app, db, settings_of):
    with database.transaction():
        fill(db)
    with app.test_request_context(), database.transaction():
        everywhere.erase(db, ANA, settings_of, clock.now())

    order = db.scalars(select(Order)).one()

    assert (order.email, order.name) == (NOBODY, "Ana")


def membership(db, status="active"):
    now = clock.now()
    db.add(
        MembershipPlan(
            slug="m", name="M", lookup_key="m", amount_minor=900, currency="EUR", rhythm="month"
        )
    )
    db.flush()
    db.add(
        Membership(
            email=ANA, plan_slug="m", status=status, period_end=now + timedelta(days=9),
            created_at=now, read_at=now,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("running", "word"),
    [
        (lambda db: membership(db), "A membership runs"),
        (lambda db: membership(db, "past_due"), "A membership runs"),
        (lambda db: membership(db, "incomplete"), "first payment"),
        (lambda db: wish(db, "prepared"), "first payment"),
        (lambda db: wish(db, "open", timedelta(days=-2)), "first payment"),
        (lambda db: make_order(db, state="paid"), "is not done yet"),
        (lambda db: make_order(db, state="needs_attention"), "is not done yet"),
        (
            lambda db: make_order(db, state="fulfilled", dispute_state="needs_response"),
            "is not done yet",
        ),
    ],
)
def test_what_runs_has_to_end_first_and_nothing_is_erased(app, db, settings_of, running, word):
    with database.transaction():
        db.add(VerifiedAddress(email=ANA, verified_at=clock.now()))
        running(db)

    with app.test_request_context(), pytest.raises(Invalid, match=word), database.transaction():
        everywhere.erase(db, ANA, settings_of, clock.now())

    assert db.get(VerifiedAddress, ANA) is not None


def wish(db, state, lasts=timedelta(minutes=30)):
    """What is paid on a page past its time counts; we hear of it a little later."""
    membership(db, "canceled")
    now = clock.now()
    db.add(
        MembershipAttempt(
            reference="r", kind="join", email=ANA, plan_slug="m", state=state, request={}, idempotency_key="k",
            created_at=now, expires_at=now + lasts,
        )
    )  # fmt: skip


@pytest.mark.parametrize("state", ["done", "closed"])
def test_what_never_began_or_has_ended_blocks_nothing(app, db, settings_of, state):
    with database.transaction():
        wish(db, state)
    with app.test_request_context(), database.transaction():
        everywhere.erase(db, ANA, settings_of, clock.now())

    assert db.scalars(select(MembershipAttempt.email)).all() == [NOBODY]


def test_an_ended_membership_is_nobodys(app, db, settings_of):
    with database.transaction():
        membership(db, "canceled")
    with app.test_request_context(), database.transaction():
        everywhere.erase(db, ANA, settings_of, clock.now())

    assert db.scalars(select(Membership.email)).all() == [NOBODY]


def test_an_export_has_everything_of_one_address_and_no_key(app, db, settings_of):
    with database.transaction():
        order = fill(db)
        agree(db, settings_of)
        fill(db, BOB)
        number, key = order.number, order.key
    with app.test_request_context():
        told = everywhere.export(db, ANA, settings_of, clock.now())

    text = json.dumps(told)
    assert BOB not in text
    assert key not in text
    assert "cart-" not in text
    assert told["Orders"][0]["number"] == number
    assert told["What you agreed to, and took back"][0]["text"] == "Yes."
    assert told["Tools you said to own"] == [{"id": 1, "email": ANA, "component": "strap"}]


def test_no_letter_leaves_for_who_was_erased(app, db):
    with database.transaction():
        mail.write(db, "address_code", NOBODY, "k", {"code": "123456", "minutes": 15})

    assert letters(app) == []
    assert {row.state for row in db.scalars(select(outbox.OutboxRow))} == {"done"}


def wish_to_erase(app, client) -> tuple[str, str]:
    asked = client.post("/account/data/erase")
    return asked.location.partition("asked=")[2], code(letters(app, ANA)[0])


def test_a_reader_erases_by_code_and_every_device_is_signed_out(app, client, db):
    with database.transaction():
        db.add(Subscriber(email=ANA, locale="en", confirmed_at=clock.now()))
    phone = app.test_client()
    proven(phone)
    proven(client)
    asked, digits = wish_to_erase(app, client)

    shown = client.get("/account/data/erase", query_string={"asked": asked})
    answer = client.post("/account/data/erase/now", data={"asked": asked, "code": digits})

    assert "Erase my data for good" in shown.text
    assert (answer.status_code, answer.location) == (303, "/")
    db.rollback()
    assert db.scalars(select(Subscriber)).all() == []
    assert db.scalars(select(CustomerSession)).all() == []
    assert phone.get("/account").status_code == 303


def test_a_wrong_code_erases_nothing(app, client, db):
    proven(client)
    asked, digits = wish_to_erase(app, client)
    wrong = "000000" if digits != "000000" else "111111"

    answer = client.post("/account/data/erase/now", data={"asked": asked, "code": wrong})

    assert answer.status_code == 422
    assert client.get("/account").status_code == 200


def test_the_code_of_another_page_or_address_erases_nothing(app, client):
    proven(client)
    bob = app.test_client()
    proven(bob, BOB)
    asked, digits = wish_to_erase(app, client)

    answer = bob.post("/account/data/erase/now", data={"asked": asked, "code": digits})

    assert answer.status_code == 422
    assert bob.get("/account").status_code == 200
    assert client.get("/account").status_code == 200


def test_a_signed_in_device_alone_does_not_erase(client):
    proven(client)

    answer = client.post("/account/data/erase/now", data={"asked": "", "code": "123456"})

    assert answer.status_code == 410
    assert client.get("/account").status_code == 200


def test_with_an_order_on_its_way_the_page_says_what_to_do(app, client, db):
    with database.transaction():
        make_order(db, state="paid")
    proven(client)

    assert "wait until it has arrived" in client.get("/account/data").text
    assert client.post("/account/data/erase").status_code == 422
    assert letters(app, ANA) == []


def test_my_data_is_a_file_for_me_alone(app, client, db):
    proven(client)

    answer = client.post("/account/data/export")

    assert answer.json["address"] == ANA
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert app.test_client().post("/account/data/export").status_code == 303


@pytest.fixture
def run(app):
    return app.test_cli_runner()


def test_the_operator_exports_and_erases(app, db, run, tmp_path):
    with database.transaction():
        order = fill(db)
        order.state = "cancelled"
    file = tmp_path / "ana.json"

    out = run.invoke(
        args=[
            "storefront",
            "privacy",
            "export",
            "--email",
            " ANA@example.org",
            "--out",
            str(file),
        ]
    )
    again = run.invoke(
        args=["storefront", "privacy", "export", "--email", ANA, "--out", str(file)]
    )
    dry = run.invoke(
        args=["storefront", "privacy", "erase", "--email", ANA, "--dry-run", "--json"]
    )
    there = run.invoke(args=["storefront", "privacy", "export", "--email", ANA])
    done = run.invoke(args=["storefront", "privacy", "erase", "--email", ANA, "--json"])

    assert out.exit_code == 0
    assert json.loads(file.read_text())["address"] == ANA
    assert again.exit_code == 1
    assert json.loads(there.output)["Tools you said to own"]
    assert json.loads(dry.output)["gone"] == json.loads(done.output)["gone"]
    db.rollback()
    assert db.get(VerifiedAddress, ANA) is None


def test_the_operator_is_told_what_has_to_end_first(db, run):
    with database.transaction():
        make_order(db, state="paid")

    dry = run.invoke(args=["storefront", "privacy", "erase", "--email", ANA, "--dry-run"])
    done = run.invoke(args=["storefront", "privacy", "erase", "--email", ANA])

    assert "first  Order" in dry.output
    assert done.exit_code == 1
    assert "not done yet" in str(done.exception)


def test_nothing_kept_about_an_address_is_said(run):
    words = ["storefront", "privacy", "erase", "--email", "nobody@example.org", "--dry-run"]

    assert run.invoke(args=words).output == "Nothing is kept about this address.\n"
