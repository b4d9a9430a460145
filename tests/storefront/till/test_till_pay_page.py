"""What a buyer meets on the pay page."""

import re

import pytest
import requests

from tests.storefront.till.till_makers import CARD, line, press, request_of, shipping


@pytest.fixture
def session(client):
    return client.v1.checkout.sessions.create(
        request_of(shipping_options=[shipping(390)], line_items=[line(1200, 2)])
    )


def read(client, session):
    return client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )


def test_the_page_says_that_no_money_moves_and_what_is_paid(session):
    page = requests.get(session.url, timeout=30)

    assert page.status_code == 200
    assert "Test till: no money moves" in page.text
    assert "27.90 EUR" in page.text
    assert "2 &times; Mini roller" in page.text
    assert 'href="http://127.0.0.1:1/cart"' in page.text
    assert "<script" not in page.text


def test_the_form_has_exactly_the_promised_fields_and_buttons(session):
    page = requests.get(session.url, timeout=30).text

    assert re.findall(r'<input id="(\w+)"\s+name="\1"', page) == [
        "email",
        "card_number",
        "expiry",
        "cvc",
        "name",
    ]
    assert re.findall(r'name="action" value="(\w+)"', page) == ["pay", "debit", "close"]


def test_a_good_card_pays_and_leads_back_to_the_shop(client, session, shop):
    answer = press(session.url)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:1/thanks?session={session.id}"
    paid = read(client, session)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "ana@example.com"
    intent = paid.payment_intent
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 2790, 2790)
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    assert shop.types() == [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
    ]


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
    ],
)
def test_a_declined_card_leaves_the_session_open(
    client, session, shop, number, code, decline_code
):
    answer = press(session.url, card_number=number)

    tried = read(client, session)
    assert answer.status_code == 402
    assert tried.payment_intent.last_payment_error.message.replace("'", "&#39;") in answer.text
    assert (tried.status, tried.payment_status) == ("open", "unpaid")
    assert tried.payment_intent.status == "requires_payment_method"
    assert tried.payment_intent.last_payment_error.code == code
    assert tried.payment_intent.last_payment_error.decline_code == decline_code
    shop.wait_for("payment_intent.payment_failed")
    assert press(session.url).status_code == 303
    paid = read(client, session)
    assert paid.payment_intent.id == tried.payment_intent.id
    assert (paid.payment_status, paid.payment_intent.last_payment_error) == ("paid", None)


def test_three_d_secure_completes_the_payment(client, session, shop):
    asked = press(session.url, card_number="4000 0027 6000 3184")

    assert asked.status_code == 303
    assert asked.headers["Location"] == f"/pay/{session.id}/secure"
    assert read(client, session).payment_intent.status == "requires_action"
    page = requests.get(f"{session.url}/secure", timeout=30).text
    assert re.findall(r'name="action" value="(\w+)"', page) == ["complete", "fail"]
    assert press(f"{session.url}/secure", action="complete").status_code == 303
    assert read(client, session).payment_status == "paid"
    assert "payment_intent.requires_action" in shop.types()


def test_a_failed_three_d_secure_lets_the_buyer_try_again(client, session):
    press(session.url, card_number="4000002760003184")

    answer = press(f"{session.url}/secure", action="fail")

    tried = read(client, session)
    assert answer.status_code == 402
    assert "unable to authenticate" in answer.text
    assert f'action="/pay/{session.id}"' in answer.text
    assert tried.status == "open"
    assert (
        tried.payment_intent.last_payment_error.code == "payment_intent_authentication_failure"
    )
    assert press(session.url).status_code == 303


def test_three_d_secure_cannot_be_completed_without_being_asked(client, session):
    answer = press(f"{session.url}/secure", action="complete")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pay/{session.id}")
    assert read(client, session).payment_status == "unpaid"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "ana", "Enter an email address"),
        ("email", "", "Enter an email address"),
        ("card_number", "", "Enter a test card number"),
        ("card_number", "4111111111111111", "takes no real card"),
        ("expiry", "13/39", "Enter month and year"),
        ("expiry", "12/20", "This date has passed"),
        ("cvc", "12", "Enter the 3 digits"),
        ("cvc", "١٢٣", "Enter the 3 digits"),
        ("name", " ", "Enter the name"),
        ("action", "steal", "Press one of the buttons"),
    ],
)
def test_bad_input_shows_the_page_again_with_the_error(standing_client, field, value, words):
    session = standing_client.v1.checkout.sessions.create(request_of())

    answer = press(session.url, **{field: value})

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'class="summary" role="alert"' in answer.text
    assert words in answer.text
    if field != "action":
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert read(standing_client, session).payment_intent is None


def test_typed_values_are_kept_but_never_the_card(session):
    answer = press(session.url, email="not an email", cvc="987")

    assert 'value="Ana Example"' in answer.text
    assert 'value="12/39"' in answer.text
    assert 'value="not an email"' in answer.text
    assert 'value="4242' not in answer.text
    assert "987" not in answer.text


def test_the_till_keeps_no_card_number(session, till):
    press(session.url, card_number="4000002760003184", cvc="987")

    file = till.settings.database
    kept = b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
    assert b"4000002760003184" not in kept
    assert b"3184" in kept


def test_a_known_email_cannot_be_changed(client):
    session = client.v1.checkout.sessions.create(request_of(customer_email="known@example.com"))

    page = requests.get(session.url, timeout=30).text
    press(session.url, email="other@example.com")

    assert re.search(r'value="known@example.com"[^>]*readonly', page)
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details.email == "known@example.com"


def test_a_bank_debit_completes_unpaid_and_succeeds_later(client, session, shop, till):
    answer = press(session.url, action="debit", card_number="", expiry="", cvc="")

    waiting = read(client, session)
    assert answer.status_code == 303
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"
    assert waiting.payment_intent.latest_charge.status == "pending"
    assert (
        shop.wait_for("checkout.session.completed")["data"]["object"]["payment_status"]
        == "unpaid"
    )
    control = f"{till.base_address}/till/sessions/{session.id}/debit"
    assert (
        requests.post(f"{control}/succeed", allow_redirects=False, timeout=30).status_code
        == 303
    )
    assert read(client, session).payment_status == "paid"
    shop.wait_for("checkout.session.async_payment_succeeded")
    assert requests.post(f"{control}/fail", timeout=30).status_code == 400


def test_a_bank_debit_may_fail_later(client, session, shop, till):
    press(session.url, action="debit")

    requests.post(f"{till.base_address}/till/sessions/{session.id}/debit/fail", timeout=30)

    failed = read(client, session)
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.latest_charge.status == "failed"
    shop.wait_for("checkout.session.async_payment_failed")


def test_closing_the_tab_pays_nothing_and_leaves_the_session_open(client, session, shop):
    answer = press(session.url, action="close", email="", name="")

    assert answer.status_code == 200
    assert "You closed the tab" in answer.text
    left = read(client, session)
    assert (left.status, left.payment_intent) == ("open", None)
    assert shop.types() == []


def test_a_session_that_costs_nothing_needs_no_card(client, shop):
    session = client.v1.checkout.sessions.create(request_of(line_items=[line(0, 1)]))

    page = requests.get(session.url, timeout=30).text
    answer = press(session.url, card_number="", expiry="", cvc="")

    assert 'name="card_number"' not in page
    assert answer.status_code == 303
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert (done.payment_status, done.payment_intent) == ("no_payment_required", None)
    assert shop.types() == ["checkout.session.completed"]


def test_paying_twice_leads_to_the_shop_and_charges_once(session, shop):
    first = press(session.url)

    second = press(session.url)

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert shop.types().count("charge.succeeded") == 1
    assert requests.get(session.url, allow_redirects=False, timeout=30).status_code == 303


def test_an_expired_session_cancels_the_payment_begun_on_it(client, session, shop):
    press(session.url, card_number="4000000000000002")

    client.v1.checkout.sessions.expire(session.id)

    assert read(client, session).payment_intent.status == "canceled"
    shop.wait_for("payment_intent.canceled")
    assert "This payment has expired" in press(session.url).text


def test_an_unknown_session_is_a_plain_page(till):
    answer = requests.get(f"{till.base_address}/pay/cs_test_none", timeout=30)

    assert answer.status_code == 404
    assert "Test till: no money moves" in answer.text


def test_pages_carry_a_content_policy_that_lets_the_form_return_to_the_shop(session):
    policy = requests.get(session.url, timeout=30).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:1;" in policy


def test_forms_from_other_sites_and_other_names_are_turned_away(session):
    foreign = requests.post(
        session.url, data=CARD, headers={"Sec-Fetch-Site": "cross-site"}, timeout=30
    )
    rebound = requests.get(session.url, headers={"Host": "evil.example"}, timeout=30)

    assert (foreign.status_code, rebound.status_code) == (403, 403)
