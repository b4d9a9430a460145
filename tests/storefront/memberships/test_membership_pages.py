"""The pages of memberships as a visitor sees and presses them, with the till behind them."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select, update

from storefront import clock, database, mail
from storefront.memberships import gifts, ledger, money, news, service
from storefront.memberships.models import (
    Membership,
    MembershipAttempt,
    MembershipGift,
    MembershipPayment,
    MembershipPlan,
)
from storefront.outbox import OutboxRow
from storefront.payments.gateway import DisputeFacts
from storefront.payments.handlers import Told
from tests.makers import both, proven
from tests.storefront.memberships.lives import ANA, press
from tests.storefront.memberships.membership_makers import make_membership, make_payment

DAY = timedelta(days=1)


@pytest.fixture
def visitor(client, till, plans):
    return client


@pytest.fixture
def ana(visitor):
    proven(visitor, ANA)
    return visitor


def code_of(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))
    return [
        row.payload["context"]["code"]
        for row in rows
        if row.payload["letter"] == "membership_gift"
    ][-1]


def buy_gift(client, db, plan="yearly"):
    answer = client.post(
        "/membership/gift/buy", data={"plan": plan, "email": "giver@example.org"}
    )
    assert answer.status_code == 303, answer.text
    press(answer.location)
    bought = client.get(f"/membership/gift/bought?{reference(db)}")
    assert "The code is in the mail" in bought.text
    return code_of(db)


def look(client, code):
    return client.post("/membership/gift/look", data={"code": code})


def reference(db):
    db.rollback()
    newest = select(MembershipAttempt.reference).order_by(MembershipAttempt.id.desc())
    return f"reference={db.scalars(newest).first()}"


def test_strangers_read_all_terms_on_one_page_that_caches_may_keep(visitor):
    answer = visitor.get("/membership")

    assert answer.headers["Cache-Control"].startswith("public")
    for words in (
        "€9.00 each month",
        "€90.00 each year",
        "14 days free",
        "three days before",
        "once for each card",
        "7 days",
    ):
        assert words in answer.text
    assert ANA not in answer.text


def test_who_has_proven_nothing_is_led_through_proving_and_back(visitor):
    answer = visitor.post("/membership/join", data={"plan": "yearly"})

    assert urlsplit(answer.location).path == "/account/sign-in"
    assert "/membership?plan=yearly" in visitor.get(answer.location).text
    assert urlsplit(visitor.get("/membership/manage").location).path == "/account/sign-in"
    assert visitor.post("/membership/manage", data={"action": "end"}).status_code == 303


def test_a_member_joins_comes_back_changes_ends_and_carries_on(ana, db):
    answer = ana.post("/membership/join", data={"plan": "monthly"})
    assert answer.status_code == 303
    paid = press(answer.location)
    assert urlsplit(paid.headers["Location"]).path == "/membership/joined"
    assert parse_qs(urlsplit(paid.headers["Location"]).query)["reference"]

    done = ana.get(paid.headers["Location"].removeprefix("http://localhost"))

    assert "You are a member" in done.text
    assert ANA not in done.text
    assert done.headers["Referrer-Policy"] == "no-referrer"
    mine = ana.get("/membership/manage").text
    assert "free until" in mine
    assert "First charge on" in mine
    again = ana.post("/membership/join", data={"plan": "monthly"})
    assert urlsplit(again.location).path == "/membership/manage"
    for action, said in (("end", "Nothing more is charged"), ("resume", "First charge on")):
        assert ana.post("/membership/manage", data={"action": action}).status_code == 303
        assert said in ana.get("/membership/manage").text
    for sent in ({"action": "portal"}, {"action": "change", "plan": "yearly"}):
        led = ana.post("/membership/manage", data=sent)
        assert (led.status_code, "/portal/" in led.location) == (303, True)


def test_payments_are_listed_and_each_leads_to_its_invoice(ana, db, gateway):
    url = ana.post("/membership/join", data={"plan": "monthly", "trial": "no"}).location
    press(url)
    ana.get(f"/membership/joined?{reference(db)}")
    bill = db.scalars(select(MembershipPayment)).one()

    shown = ana.get("/membership/manage").text
    led = ana.post("/membership/manage", data={"action": "invoice", "payment": str(bill.id)})

    assert "€9.00</td><td>Paid</td>" in shown
    assert bill.number in shown
    assert (led.status_code, led.location) == (
        303,
        gateway.read_invoice(bill.stripe_invoice_id).page,
    )
    assert led.location not in shown  # whoever has it needs no sign-in


@pytest.mark.parametrize("payment", ["0", "x", "", "99999999999999999999"])
def test_an_invoice_of_nobody_or_somebody_else_is_not_found(ana, db, payment):
    for email in (ANA, "bea@example.org"):
        make_membership(db, email)
    db.add(make_payment(db.scalars(select(Membership)).all()[1]))
    db.commit()

    theirs = db.scalars(select(MembershipPayment.id)).one()
    for asked in (payment, str(theirs)):
        sent = {"action": "invoice", "payment": asked}
        assert ana.post("/membership/manage", data=sent).status_code == 404
    assert "Payments" not in ana.get("/membership/manage").text


@pytest.mark.parametrize("asks", [True, False])
def test_a_late_payment_says_what_helps(ana, db, asks):
    made = make_membership(
        db, ANA, status="past_due", past_due_since=clock.now(), asks_to_confirm=asks
    )
    db.add(make_payment(made, state="open", paid_minor=0))
    db.commit()

    shown = ana.get("/membership/manage").text

    assert ("Confirm the payment" in shown, "Pay it now" in shown) == (asks, not asks)
    assert "Not paid yet" in shown
    assert "A payment is late" in ana.get("/account").text


@pytest.mark.parametrize(
    "sent",
    [{"action": "change", "plan": "monthly"}, {"action": "steal"}, {}],
)
def test_what_cannot_be_done_changes_nothing_and_says_why(ana, db, sent):
    ana.post("/membership/manage", data={"action": "portal"})
    make_membership(db, ANA, stripe_subscription_id="sub_none", stripe_customer_id="cus_none")
    db.commit()

    answer = ana.post("/membership/manage", data=sent)

    assert answer.status_code == 422
    assert "Error: " in answer.text
    assert ana.post("/membership/manage", data={"action": "end"}).status_code == 422


def test_bad_input_is_refused_in_sentences(ana, db):
    assert ana.post("/membership/join", data={"plan": "nothing"}).status_code == 404
    assert ana.post("/membership/join", data={}).status_code == 404
    for path in (
        "/membership/joined",
        "/membership/joined?reference=x",
        "/membership/gift/bought?reference=",
    ):
        assert ana.get(path).status_code == 404
    for sent in (
        {"plan": "nothing", "email": ANA},
        {"plan": "monthly", "email": "a@b.example, c@d.example"},
    ):
        assert ana.post("/membership/gift/buy", data=sent).status_code == 422
    for code in ("", "short", "0000-0000-0000-0000", "ÜÜÜÜ" * 4, "x" * 200):
        assert ana.post("/membership/gift", data={"code": code}).status_code == 422
    assert ana.post("/membership/gift/look", data={"code": "zzz"}).status_code == 422
    assert db.scalars(select(MembershipAttempt)).all() == []


def test_a_silent_stripe_gives_honest_pages(ana, db, till):
    url = ana.post("/membership/join", data={"plan": "monthly"}).location
    press(url)
    query = reference(db)
    till.stop()

    joined = ana.get(f"/membership/joined?{query}")
    assert (joined.status_code, "you need not do it again" in joined.text) == (503, True)
    answer = ana.post("/membership/join", data={"plan": "yearly"})
    assert (answer.status_code, "Nothing was charged" in answer.text) == (503, True)


def test_a_page_that_was_left_says_that_nothing_has_begun(ana, db):
    ana.post("/membership/join", data={"plan": "monthly"})

    assert "Go on where you were" in ana.get(f"/membership/joined?{reference(db)}").text
    past = clock.now() - DAY
    db.execute(update(MembershipAttempt).values(expires_at=past))
    db.commit()
    assert "That page has closed" in ana.get(f"/membership/joined?{reference(db)}").text


@both
def test_a_gift_is_paid_once_mailed_shown_and_redeemed_once(ana, db, settings):
    code = buy_gift(ana, db)
    assert ana.get(f"/membership/gift/bought?{reference(db)}").status_code == 200
    assert len(db.scalars(select(MembershipGift)).all()) == 1

    card = look(ana, code)
    assert code in card.text
    assert "One year" in card.text
    assert db.scalars(select(Membership)).all() == []  # no GET redeems
    typed = code.lower().replace("-", " ").replace("0", "o")
    assert ana.post("/membership/gift", data={"code": typed}).status_code == 303

    assert "a gift" in ana.get("/membership/manage").text
    told = service.standing(db, ANA, clock.now(), settings)
    assert (told.source, told.ends, told.until - clock.now() > 364 * DAY) == (
        "gift",
        True,
        True,
    )
    again = ana.post("/membership/gift", data={"code": code})
    assert (again.status_code, gifts.USED in again.text) == (422, True)
    assert look(ana, code).status_code == 410
    assert len(db.scalars(select(Membership)).all()) == 1
    assert ledger.problems(db) == []


def test_a_second_gift_prolongs_the_first_and_a_renewed_membership_waits_for_its_end(
    ana, db, settings
):
    for _ in range(2):
        ana.post("/membership/gift", data={"code": buy_gift(ana, db, "monthly")})
    until = service.standing(db, ANA, clock.now(), settings).until
    assert 58 * DAY < until - clock.now() < 63 * DAY

    proven(ana, "bea@example.org")
    make_membership(db, "bea@example.org")
    db.commit()
    code = buy_gift(ana, db)
    assert (
        "Let it end with its period first"
        in ana.post("/membership/gift", data={"code": code}).text
    )
    db.execute(update(Membership).values(cancel_at_period_end=True))
    db.commit()
    assert ana.post("/membership/gift", data={"code": code}).status_code == 303


def test_who_has_proven_nothing_proves_first_and_comes_back_to_the_card(visitor, db):
    code = buy_gift(visitor, db)

    answer = visitor.post("/membership/gift", data={"code": code})

    assert urlsplit(answer.location).path == "/account/sign-in"
    assert code not in answer.location + visitor.get(answer.location).text
    assert "/membership/gift" in visitor.get(answer.location).text
    assert db.scalars(select(Membership)).all() == []
    proven(visitor, ANA)
    assert f"Redeem it for {ANA}" in visitor.get("/membership/gift").text
    assert code not in visitor.get("/membership/gift?other=1").text
    assert visitor.post("/membership/gift", data={"code": code}).status_code == 303
    assert code not in visitor.get("/membership/gift").text


def test_no_page_of_a_gift_tells_its_code_on_nor_stays_in_a_cache(visitor, db):
    code = buy_gift(visitor, db)
    visitor.post("/membership/gift", data={"code": code})  # a stranger: the device keeps it
    pages = [visitor.get("/membership/gift"), look(visitor, code), look(visitor, "x")]
    pages.append(visitor.get("/membership/gift?other=1"))

    for page in pages:
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert code in pages[0].text


def test_the_letter_of_a_gift_leads_to_its_card_by_what_no_browser_sends(visitor, db):
    code = buy_gift(visitor, db)
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))

    url = [row.payload["context"]["gift_url"] for row in rows if "gift" in row.key][-1]

    assert url == f"http://localhost/membership/gift#{code}"


@pytest.mark.parametrize("redeemed", [True, False])
def test_a_gift_whose_whole_price_went_back_is_taken_back(ana, db, gateway, settings, redeemed):
    code = buy_gift(ana, db)
    gift = db.scalars(select(MembershipGift)).one()
    paid = gift.paid_reference
    if redeemed:
        ana.post("/membership/gift", data={"code": code})

    def refund(amount):
        made = gateway.refund({"payment_intent": paid, "amount": amount}, f"key{amount}")
        told = Told("evt_none", "refund.updated", made.stripe_id, "")
        assert news.refund(told, gateway, settings) == "refunded"
        db.rollback()
        return db.scalars(select(MembershipGift.revoked_at)).one() is not None

    assert not refund(1000)
    assert refund(8000)

    assert service.standing(db, ANA, clock.now(), settings) is None
    assert look(ana, code).status_code == 410
    assert ana.post("/membership/gift", data={"code": code}).status_code == 422
    assert ledger.problems(db) == []


def test_a_gift_whose_payment_the_bank_took_back_is_closed_and_an_inquiry_closes_nothing(
    ana, db, gateway, settings
):
    ana.post("/membership/gift", data={"code": buy_gift(ana, db)})
    paid = db.scalars(select(MembershipGift.paid_reference)).one()
    for status, lives in (("warning_needs_response", True), ("won", True), ("lost", False)):
        facts = DisputeFacts("dp_1", paid, 9000, "EUR", status)
        for _ in range(2):
            assert money.disputed(facts, gateway, settings) in ("noted", "disputed")
        db.rollback()
        told = service.standing(db, ANA, clock.now(), settings)
        assert (told is not None) is lives, status
    assert ledger.problems(db) == []


def test_a_bank_debit_that_fails_makes_no_gift_and_waits_for_nothing(visitor, db, till):
    asked = {"plan": "monthly", "email": "giver@example.org"}
    page = visitor.post("/membership/gift/buy", data=asked).location
    press(page, action="debit")
    query = reference(db)
    assert visitor.get(f"/membership/gift/bought?{query}").status_code == 200
    assert db.scalars(select(MembershipAttempt.state)).one() in ("open", "prepared")
    session_id = page.rpartition("/")[2]
    requests.post(f"{till.base_address}/till/sessions/{session_id}/debit/fail", timeout=5)

    visitor.get(f"/membership/gift/bought?{query}")

    db.rollback()
    assert db.scalars(select(MembershipAttempt.state)).one() == "closed"
    assert db.scalars(select(MembershipGift)).all() == []


def test_a_gift_that_is_too_old_is_not_redeemed(ana, db):
    code = buy_gift(ana, db)
    db.execute(update(MembershipGift).values(expires_at=clock.now()))
    db.commit()

    assert gifts.TOO_OLD in ana.post("/membership/gift", data={"code": code}).text


def test_letters_and_addresses_hold_no_secret_of_a_gift(ana, db):
    code = buy_gift(ana, db)
    row = db.scalars(
        select(OutboxRow).where(OutboxRow.payload["letter"].as_string() == "membership_gift")
    ).one()

    assert row.payload["keep"] is False
    gift = db.scalars(select(MembershipGift)).one()
    assert code not in str(vars(gift))


def test_codes_are_not_guessed_through(app, visitor, db):
    statuses = [
        visitor.post(
            "/membership/gift", data={"code": f"0000-0000-0000-00{number:02}"}
        ).status_code
        for number in range(21)
    ]

    assert (statuses[0], statuses[-1]) == (422, 429)


@pytest.mark.parametrize(
    "letter",
    [
        "trial",
        "begun",
        "trial_ends",
        "late",
        "confirm",
        "ending",
        "goes_on",
        "ended",
        "changed",
        "refused",
        "gift",
        "gift_taken",
        "disputed",
    ],
)
def test_every_letter_says_what_it_has_to_in_both_forms(app, db, letter, settings):
    facts = {
        "plan": "Monthly", "price": "€9.00 each month", "amount": "€9.00", "trial_end": "4 December 2026",
        "period_end": "4 January 2027", "open_until": "11 December 2026", "before": "Yearly", "why": "trial_used",
        "manage_url": "http://localhost/membership/manage", "join_url": "http://localhost/membership",
        "gift_url": "http://localhost/membership/gift#A", "code": "AAAA-BBBB", "lasts": "one year",
        "until": "1 May 2027", "email": ANA, "subscription": "sub_1",
    }  # fmt: skip
    payload = {"letter": f"membership_{letter}", "to": ANA, "key": "1", "context": facts}

    with app.app_context():
        message = mail.compose(app.jinja_env, settings, payload)

    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    money = {"trial", "trial_ends", "late", "confirm", "goes_on", "changed", "begun"}
    assert ("€9.00" in text and "€9.00" in html) == (letter in money)
    assert not re.search(r"\{\{|\}\}|None", text + message["Subject"])
    assert len(message["Subject"]) < 70


@pytest.mark.parametrize("is_late", [True, False])
def test_an_end_says_that_nothing_is_charged_only_where_that_is_so(app, db, settings, is_late):
    facts = {"plan": "Monthly", "period_end": "4 January 2027", "is_late": is_late}
    payload = {"letter": "membership_ending", "to": ANA, "key": "1", "context": facts}

    with app.app_context():
        message = mail.compose(app.jinja_env, settings, payload)

    for kind in ("plain", "html"):
        words = " ".join(message.get_body((kind,)).get_content().split())
        assert ("nothing more is charged" in words) is not is_late
        assert ("the payment that is open stays due" in words) is is_late


def test_a_plan_that_is_taken_back_cannot_be_joined_but_goes_on(ana, db):
    make_membership(db, ANA, status="active")
    db.execute(update(MembershipPlan).values(is_offered=False))
    db.commit()

    assert "Nothing can be joined" in ana.get("/membership").text
    assert "Monthly" in ana.get("/membership/manage").text
    with database.transaction() as session:
        assert service.plans(session) == []
