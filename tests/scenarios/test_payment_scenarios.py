"""What the shop's own gateway can rely on, at the till as at Stripe."""

from datetime import timedelta

import pytest
import stripe

from storefront import clock
from storefront.errors import BadSignature
from storefront.payments.gateway import GatewayRefused, NoSuchSession


def test_a_stored_request_opens_one_page_however_often_it_is_sent(gateway, wanted):
    asked = wanted()

    first = gateway.start_checkout(asked.request, asked.key)

    assert gateway.start_checkout(asked.request, asked.key) == first
    facts = gateway.read_session(first.session_id)
    assert (facts.subtotal_minor, facts.amount_minor, facts.currency) == (2400, 2790, "EUR")
    assert (facts.status, facts.payment_status, facts.livemode) == ("open", "unpaid", False)


def test_the_same_key_with_another_request_is_refused(gateway, wanted):
    asked = wanted()
    gateway.start_checkout(asked.request, asked.key)

    with pytest.raises(GatewayRefused):
        gateway.start_checkout({**asked.request, "locale": "de"}, asked.key)


def test_a_discount_and_a_gift_card_leave_exactly_the_orders_sum(gateway, wanted):
    asked = wanted(discount_minor=300, gift_minor=2200)

    page = gateway.start_checkout(asked.request, asked.key)

    assert gateway.read_session(page.session_id).amount_minor == 2400 + 390 - 300 - 2200


def test_tax_on_top_is_a_line_of_its_own(gateway, wanted):
    asked = wanted(tax_added_minor=456)

    page = gateway.start_checkout(asked.request, asked.key)

    assert gateway.read_session(page.session_id).amount_minor == 2400 + 456 + 390


@pytest.mark.parametrize(
    "changes",
    [
        {"ui_mode": "hosted"},
        {"colour": "red"},
        {"expires_at": 1},
        {"allow_promotion_codes": True, "discounts": [{"coupon": "none"}]},
        {"line_items": []},
        {"customer": "cus_nobody"},
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(gateway, wanted, changes):
    asked = wanted()

    with pytest.raises(GatewayRefused):
        gateway.start_checkout({**asked.request, **changes}, asked.key)


def test_a_session_is_found_by_the_shops_own_reference(gateway, wanted):
    asked = wanted()
    page = gateway.start_checkout(asked.request, asked.key)
    around = clock.now() - timedelta(minutes=5), clock.now() + timedelta(minutes=5)

    assert gateway.find_session(asked.key, *around).session_id == page.session_id
    with pytest.raises(NoSuchSession):
        gateway.read_session("cs_test_none")


def test_an_open_session_expires_for_good(gateway, wanted):
    asked = wanted()
    page = gateway.start_checkout(asked.request, asked.key)

    for _ in range(2):
        assert gateway.expire_session(page.session_id).status == "expired"


@pytest.mark.till_only("a script cannot pay on Stripe's own page")
def test_a_declined_card_leaves_the_page_open_and_another_one_pays(gateway, wanted, press):
    asked = wanted()
    page = gateway.start_checkout(asked.request, asked.key)

    assert press(page.url, card_number="4000000000000002") == 402
    assert gateway.read_session(page.session_id).status == "open"
    assert press(page.url) == 303

    facts = gateway.expire_session(page.session_id)
    assert (facts.status, facts.payment_status, facts.amount_minor) == (
        "complete",
        "paid",
        2790,
    )


@pytest.mark.till_only("the bank's answer comes from the till's page")
def test_a_bank_debit_is_unpaid_until_the_bank_answers(gateway, wanted, press):
    asked = wanted()
    page = gateway.start_checkout(asked.request, asked.key)

    assert press(page.url, action="debit") == 303

    facts = gateway.read_session(page.session_id)
    assert (facts.status, facts.payment_status, facts.is_processing) == (
        "complete",
        "unpaid",
        True,
    )


def refund(gateway, key, payment, **facts):
    return gateway.refund(
        {"payment_intent": payment, "metadata": {"refund": key}, **facts}, key
    )


def test_money_is_given_back_in_parts_and_never_twice(gateway, wanted, paid):
    payment, key = paid(), wanted().key

    part = refund(gateway, key, payment, amount=1000)

    assert refund(gateway, key, payment, amount=1000) == part
    with pytest.raises(GatewayRefused):
        refund(gateway, f"{key}-2", payment, amount=1401)
    rest = refund(gateway, f"{key}-3", payment)
    assert (part.amount_minor, rest.amount_minor) == (1000, 1400)
    with pytest.raises(GatewayRefused):
        refund(gateway, f"{key}-4", payment)
    found = gateway.list_refunds(payment)
    assert {(one.reference, one.amount_minor) for one in found} == {
        (key, 1000),
        (f"{key}-3", 1400),
    }
    assert gateway.payment_of("refund", part.stripe_id) == payment


def test_a_refund_may_be_pending_at_first(gateway, wanted, paid):
    payment = paid("refund_pends")

    assert refund(gateway, wanted().key, payment).status == "pending"


def test_a_disputed_payment_is_read_and_not_refunded(gateway, client, wanted, paid, soon):
    payment = paid("disputed")

    found = soon(lambda: client.v1.disputes.list({"payment_intent": payment}).data)[0]

    facts = gateway.read_dispute(found.id)
    assert (facts.payment_reference, facts.amount_minor) == (payment, 2400)
    assert (facts.status, facts.reason) == ("needs_response", "fraudulent")
    assert facts.due_at > clock.now()
    with pytest.raises(GatewayRefused):
        refund(gateway, wanted().key, payment)


@pytest.mark.parametrize(
    ("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_evidence_decides_a_dispute(gateway, client, paid, soon, words, status):
    payment = paid("disputed")
    found = soon(lambda: client.v1.disputes.list({"payment_intent": payment}).data)[0]

    client.v1.disputes.update(
        found.id, {"evidence": {"uncategorized_text": words}, "submit": True}
    )

    soon(lambda: gateway.read_dispute(found.id).status == status)


def test_an_early_warning_names_its_payment(gateway, client, paid, soon):
    payment = paid("warned")

    warnings = client.v1.radar.early_fraud_warnings
    found = soon(lambda: warnings.list({"payment_intent": payment}).data)[0]

    assert gateway.payment_of("warning", found.id) == payment


def test_what_happened_is_listed_with_what_it_is_about(gateway, wanted, soon):
    asked = wanted()
    page = gateway.start_checkout(asked.request, asked.key)
    gateway.expire_session(page.session_id)
    since = clock.now() - timedelta(minutes=5)

    def look():
        hints = gateway.events_since(["checkout.session.expired"], since)
        return [hint for hint in hints if hint.object_id == page.session_id]

    (hint,) = soon(look)
    assert (hint.type, hint.reference) == ("checkout.session.expired", asked.key)
    assert hint.livemode is False


def test_a_signed_event_is_taken_and_a_changed_one_is_not(gateway, client, settings, wanted):
    asked = wanted()
    gateway.expire_session(gateway.start_checkout(asked.request, asked.key).session_id)
    body = str(client.v1.events.list({"limit": 1}).data[0])
    now, secret = int(clock.now().timestamp()), settings.stripe_webhook_secrets[0]
    sign = stripe.WebhookSignature.generate_signature_header

    assert gateway.parse_webhook(body.encode(), sign(body, secret, now)).event_id.startswith(
        "evt_"
    )
    for changed, moment in ((f"{body} ", now), (body, now - 600)):
        with pytest.raises(BadSignature):
            gateway.parse_webhook(changed.encode(), sign(body, secret, moment))
