"""Paying and expiring at the same moment: exactly one wins."""

import threading
import time

import pytest
import stripe

from tests.storefront.till.till_makers import client_of, press, request_of


@pytest.mark.parametrize("start", range(6))
def test_exactly_one_of_payment_and_expiry_wins(client, till, shop, start):
    session = client.v1.checkout.sessions.create(request_of())
    both = threading.Barrier(2)
    results = {}

    def pay():
        both.wait()
        results["pay"] = press(session.url).status_code

    def expire():
        other = client_of(till)
        both.wait()
        try:
            results["expire"] = other.v1.checkout.sessions.expire(session.id).status
        except stripe.InvalidRequestError:
            results["expire"] = "refused"

    threads = [
        threading.Thread(target=work) for work in ((pay, expire), (expire, pay))[start % 2]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    after = client.v1.checkout.sessions.retrieve(session.id)
    paid = (after.status, after.payment_status) == ("complete", "paid")
    expired = (after.status, after.payment_status) == ("expired", "unpaid")
    assert paid != expired
    assert results == (
        {"pay": 303, "expire": "refused"} if paid else {"pay": 410, "expire": "expired"}
    )
    last = "checkout.session.completed" if paid else "checkout.session.expired"
    shop.wait_for(last)
    assert ("charge.succeeded" in shop.types()) is paid


def test_a_switch_lets_an_expiry_wait_for_the_payment_it_races(client, till):
    till.faults.switch({"expire_race": 1})
    session = client.v1.checkout.sessions.create(request_of())
    ended = []

    def expire():
        try:
            ended.append(client_of(till).v1.checkout.sessions.expire(session.id).status)
        except stripe.InvalidRequestError:
            ended.append("refused")

    waiting = threading.Thread(target=expire)
    waiting.start()
    while till.faults.state()["expire_race"]:
        time.sleep(0.005)
    assert ended == []
    paid = press(session.url).status_code
    waiting.join()

    after = client.v1.checkout.sessions.retrieve(session.id).status
    assert (paid, ended, after) in (
        (303, ["refused"], "complete"),
        (410, ["expired"], "expired"),
    )


def test_two_payments_at_once_charge_once(client):
    session = client.v1.checkout.sessions.create(request_of())
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(press(session.url).status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [303] * 4
    assert [event.type for event in client.v1.events.list({"type": "charge.*"}).data] == [
        "charge.succeeded"
    ]


def test_refunds_at_once_never_give_back_more_than_was_paid(client, till):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    given, clients = [], [client_of(till) for _ in range(5)]

    def refund(one):
        try:
            given.append(
                one.v1.refunds.create({"payment_intent": intent, "amount": 1000}).amount
            )
        except stripe.InvalidRequestError:
            given.append(0)

    threads = [threading.Thread(target=refund, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(given) == 2000
    charge = client.v1.payment_intents.retrieve(
        intent, {"expand": ["latest_charge"]}
    ).latest_charge
    assert charge.amount_refunded == 2000
