"""Giving money back."""

import pytest
import requests
import stripe

from tests.storefront.till.till_makers import press, request_of


@pytest.fixture
def intent(client):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url)
    return client.v1.checkout.sessions.retrieve(session.id).payment_intent


def charge_of(client, intent):
    wanted = {"expand": ["latest_charge"]}
    return client.v1.payment_intents.retrieve(intent, wanted).latest_charge


def test_a_whole_refund_empties_the_charge(client, intent, shop):
    refund = client.v1.refunds.create({"payment_intent": intent, "metadata": {"refund": "r1"}})

    assert (refund.amount, refund.status, refund.currency) == (2400, "succeeded", "eur")
    assert client.v1.refunds.retrieve(refund.id).metadata["refund"] == "r1"
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (2400, True)
    shop.wait_for("refund.created")
    event = shop.wait_for("charge.refunded")
    assert event["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}


def test_parts_add_up_until_nothing_is_left(client, intent):
    client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    assert not charge_of(client, intent).refunded

    charge = charge_of(client, intent)
    last = client.v1.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})

    assert last.amount == 1400
    assert charge_of(client, intent).refunded
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [2401, 0, -5])
def test_an_amount_that_is_not_there_is_refused(client, intent, amount):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": amount})

    assert refused.value.param == "amount"
    assert charge_of(client, intent).amount_refunded == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"payment_intent": "pi_none"}, "No such payment_intent"),
        ({"charge": "ch_none"}, "No such charge"),
        ({}, "should be provided"),
    ],
)
def test_a_refund_of_nothing_is_refused(client, asked, words):
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.refunds.create(asked)


def test_an_unpaid_attempt_cannot_be_refunded(client):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url, card_number="4000000000000002")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent})


def test_refunds_are_listed_by_payment(client, intent):
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    second = client.v1.refunds.create({"payment_intent": intent, "amount": 200})
    other = client.v1.checkout.sessions.create(request_of())
    press(other.url)
    other_intent = client.v1.checkout.sessions.retrieve(other.id).payment_intent
    client.v1.refunds.create({"payment_intent": other_intent})

    found = client.v1.refunds.list({"payment_intent": intent})

    assert [one.id for one in found.data] == [second.id, first.id]


def test_a_refund_may_fail_later_and_frees_the_amount(client, intent, shop, till):
    refund = client.v1.refunds.create({"payment_intent": intent})

    address = f"{till.base_address}/till/refunds/{refund.id}/fail"
    requests.post(address, timeout=30)

    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert charge_of(client, intent).amount_refunded == 0
    shop.wait_for("refund.failed")
    assert requests.post(address, timeout=30).status_code == 400
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 2400


def test_a_bank_debit_is_refunded_to_the_account(client, till):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url, action="debit")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent})
    requests.post(f"{till.base_address}/till/sessions/{session.id}/debit/succeed", timeout=30)

    refund = client.v1.refunds.create({"payment_intent": intent})

    assert refund.destination_details.type == "sepa_debit"


def test_refunds_are_found_by_the_metadata_they_carry(client, intent):
    refund = client.v1.refunds.create(
        {"payment_intent": intent, "metadata": {"refund_id": "r7"}}
    )

    found = client.v1.refunds.list({"payment_intent": intent}).data

    assert [one.id for one in found if one.metadata["refund_id"] == "r7"] == [refund.id]
    changed = client.v1.refunds.update(refund.id, {"metadata": {"by": "keeper"}})
    assert changed.metadata.to_dict() == {"refund_id": "r7", "by": "keeper"}


def test_a_switch_lets_a_refund_wait_until_it_arrives_or_fails(client, intent, shop, till):
    till.faults.switch({"refund_pending": 2})
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    second = client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    assert (first.status, second.pending_reason) == ("pending", "processing")
    assert charge_of(client, intent).amount_refunded == 1500

    address = f"{till.base_address}/till/refunds"
    requests.post(f"{address}/{first.id}/succeed", timeout=30)
    assert requests.post(f"{address}/{first.id}/succeed", timeout=30).status_code == 400
    requests.post(f"{address}/{second.id}/fail", data={"reason": "declined"}, timeout=30)

    assert client.v1.refunds.retrieve(first.id).status == "succeeded"
    assert client.v1.refunds.retrieve(second.id).failure_reason == "declined"
    assert charge_of(client, intent).amount_refunded == 1000
    shop.wait_for("refund.failed")
    assert shop.types().count("refund.updated") == 2
    odd = requests.post(f"{address}/{first.id}/fail", data={"reason": "odd"}, timeout=30)
    assert odd.status_code == 400


@pytest.mark.parametrize(
    ("card", "at_first", "later", "told"),
    [
        ("4000000000007726", "pending", "succeeded", "refund.updated"),
        ("4000000000005126", "succeeded", "failed", "refund.failed"),
    ],
)
def test_some_cards_settle_their_refund_a_minute_later(
    client, shop, till, card, at_first, later, told
):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url, card_number=card)
    paid = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": paid})

    till.clock.advance(61)

    assert refund.status == at_first
    assert client.v1.refunds.retrieve(refund.id).status == later
    shop.wait_for(told)
