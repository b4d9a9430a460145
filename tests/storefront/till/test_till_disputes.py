"""What a disputed payment does, and early warnings of fraud."""

import pytest
import requests
import stripe

from tests.storefront.till.till_makers import press, request_of

DISPUTED, INQUIRED, NOT_RECEIVED, WARNED = (
    "4000000000000259",
    "4000000000001976",
    "4000000000002685",
    "4000000000005423",
)


def pay(client, card):
    session = client.v1.checkout.sessions.create(request_of())
    assert press(session.url, card_number=card).status_code == 303
    expand = {"expand": ["payment_intent.latest_charge"]}
    return client.v1.checkout.sessions.retrieve(session.id, expand).payment_intent


def dispute_of(client, intent):
    return client.v1.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_disputed_card_pays_and_is_disputed_at_once(client, shop):
    intent = pay(client, DISPUTED)

    dispute = dispute_of(client, intent)

    assert (intent.status, intent.latest_charge.disputed) == ("succeeded", True)
    assert (dispute.amount, dispute.status, dispute.reason) == (
        2400,
        "needs_response",
        "fraudulent",
    )
    assert (dispute.charge, dispute.is_charge_refundable) == (intent.latest_charge.id, False)
    assert dispute.evidence_details.due_by > dispute.created
    assert [move.amount for move in dispute.balance_transactions] == [-2400]
    shop.wait_for("charge.dispute.funds_withdrawn")
    assert shop.types()[-3:] == [
        "checkout.session.completed",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]


def test_goods_that_did_not_come_are_another_reason(client):
    dispute = dispute_of(client, pay(client, NOT_RECEIVED))

    assert dispute.reason == "product_not_received"


def test_a_disputed_payment_cannot_be_refunded_until_the_shop_has_won(client, till):
    intent = pay(client, DISPUTED)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"

    dispute = dispute_of(client, intent)
    requests.post(f"{till.base_address}/till/disputes/{dispute.id}/win", timeout=30)
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 2400


def test_an_inquiry_takes_no_money_and_leaves_the_payment_refundable(client, shop):
    intent = pay(client, INQUIRED)

    dispute = dispute_of(client, intent)
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_needs_response", True)
    assert client.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"
    assert client.v1.disputes.close(dispute.id).status == "warning_closed"
    shop.wait_for("charge.dispute.closed")
    assert "charge.dispute.funds_withdrawn" not in shop.types()


def test_winning_brings_the_money_back_and_losing_does_not(client, shop, till):
    won, lost = (dispute_of(client, pay(client, DISPUTED)) for _ in range(2))

    for dispute, result in ((won, "win"), (lost, "lose")):
        address = f"{till.base_address}/till/disputes/{dispute.id}/{result}"
        assert requests.post(address, allow_redirects=False, timeout=30).status_code == 303
        assert requests.post(address, timeout=30).status_code == 400

    after = [client.v1.disputes.retrieve(one.id) for one in (won, lost)]
    assert [one.status for one in after] == ["won", "lost"]
    assert [sum(m.amount for m in one.balance_transactions) for one in after] == [0, -2400]
    shop.wait_for("charge.dispute.closed", times=2)
    assert shop.types().count("charge.dispute.funds_reinstated") == 1


def test_evidence_is_kept_until_it_is_handed_in(client, shop):
    dispute = dispute_of(client, pay(client, DISPUTED))

    kept = client.v1.disputes.update(
        dispute.id, {"evidence": {"shipping_tracking_number": "123"}, "submit": False}
    )
    sent = client.v1.disputes.update(
        dispute.id, {"evidence": {"customer_name": "Ana"}, "metadata": {"order": "7"}}
    )

    assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", True)
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence.shipping_tracking_number == "123"
    assert sent.metadata["order"] == "7"
    shop.wait_for("charge.dispute.updated", times=2)


@pytest.mark.parametrize(
    ("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_stripes_own_test_words_decide_a_dispute(client, words, status):
    dispute = dispute_of(client, pay(client, DISPUTED))

    decided = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})

    assert decided.status == status
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute.id)


def test_a_charge_is_disputed_and_warned_of_from_the_tills_page(client, shop, till):
    intent = pay(client, "4242424242424242")
    charge = f"{till.base_address}/till/charges/{intent.latest_charge.id}"

    assert requests.post(f"{charge}/warn", timeout=30).status_code == 200
    assert requests.post(f"{charge}/dispute", timeout=30).status_code == 200
    assert requests.post(f"{charge}/dispute", timeout=30).status_code == 400

    assert dispute_of(client, intent).status == "needs_response"
    shop.wait_for("radar.early_fraud_warning.created")
    page = requests.get(f"{till.base_address}/till", timeout=30).text
    assert "Let the shop win" in page


def test_a_card_may_bring_an_early_warning(client, shop):
    intent = pay(client, WARNED)

    shop.wait_for("radar.early_fraud_warning.created")
    found = client.v1.radar.early_fraud_warnings.list({"charge": intent.latest_charge.id})
    assert [one.actionable for one in found.data] == [True]
    assert client.v1.radar.early_fraud_warnings.retrieve(found.data[0].id).charge
