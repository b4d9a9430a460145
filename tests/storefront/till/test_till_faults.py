"""The switches that break things on purpose."""

import time

import pytest
import requests
import stripe

from storefront.till.faults import OFF
from tests.storefront.till.till_makers import client_of, post, press, request_of


def switch(till, **faults):
    return requests.post(f"{till.base_address}/till/faults", json=faults, timeout=30)


def test_switches_are_shown_set_and_reset(till):
    address = f"{till.base_address}/till/faults"

    assert requests.get(address, timeout=30).json() == OFF
    assert switch(till, drop=2, slow=0.5).json() == {**OFF, "drop": 2, "slow": 0.5}
    assert requests.post(address, data={"conflict": "1"}, timeout=30).json()["conflict"] == 1
    assert switch(till, reset=False).json()["drop"] == 2
    assert switch(till, reset=True).json() == OFF


@pytest.mark.parametrize(
    "faults",
    [{"explode": 1}, {"drop": "many"}, {"drop": -1}, {"slow": None}],
)
def test_an_unknown_switch_is_refused(till, faults):
    answer = switch(till, **faults)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == next(iter(faults))


@pytest.mark.parametrize("body", ["[1]", "not JSON", '{"drop": 1e999}', '{"slow": NaN}'])
def test_a_body_of_no_meaning_is_refused(till, body):
    headers = {"Content-Type": "application/json"}

    answer = requests.post(
        f"{till.base_address}/till/faults", data=body, headers=headers, timeout=30
    )

    assert answer.status_code == 400


def test_a_failure_after_commit_did_the_work_and_is_remembered(till, client):
    till.faults.switch({"fail_after_commit": 1})
    once_more = client_of(till, retries=1)

    with pytest.raises(stripe.APIError) as failed:
        once_more.v1.checkout.sessions.create(request_of(), {"idempotency_key": "k"})

    assert failed.value.http_status == 500
    assert failed.value.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_cut_line_is_repeated_by_the_sdk_and_makes_one_session(till, client):
    till.faults.switch({"cut_after_commit": 1})

    session = client.v1.checkout.sessions.create(request_of())

    assert [one.id for one in client.v1.checkout.sessions.list().data] == [session.id]


def test_a_cut_line_reaches_a_caller_that_does_not_repeat(till):
    till.faults.switch({"cut_after_commit": 1})

    with pytest.raises(stripe.APIConnectionError):
        client_of(till, retries=0).v1.checkout.sessions.create(request_of())


def test_a_conflict_is_repeated_by_the_sdk(till, client):
    till.faults.switch({"conflict": 1})

    assert client.v1.checkout.sessions.create(request_of()).status == "open"
    assert till.faults.state()["conflict"] == 0


def test_too_many_requests_reach_the_caller(till, client):
    till.faults.switch({"too_many": 1})

    with pytest.raises(stripe.RateLimitError) as refused:
        client.v1.checkout.sessions.create(request_of())

    assert refused.value.json_body["error"]["code"] == "rate_limit"
    assert client.v1.checkout.sessions.list().data == []


def test_a_fault_can_be_kept_to_some_paths(till, client):
    till.faults.switch({"too_many": 1, "paths": "/v1/refunds*"})

    session = client.v1.checkout.sessions.create(request_of())

    press(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.RateLimitError):
        client.v1.refunds.create({"payment_intent": intent})


def test_a_slow_answer_comes_late(till):
    till.faults.switch({"slow": 0.4})
    started = time.monotonic()

    answer = post(till, "/v1/refunds", "charge=ch_none")

    assert answer.status_code == 400
    assert time.monotonic() - started >= 0.4


def test_a_dropped_event_never_comes(till, client, shop):
    till.faults.switch({"drop": 1, "events": "checkout.session.completed"})

    press(client.v1.checkout.sessions.create(request_of()).url)

    time.sleep(0.3)
    assert "checkout.session.completed" not in shop.types()
    assert "charge.succeeded" in shop.types()


def test_a_duplicated_event_comes_twice_under_one_id(till, client, shop):
    till.faults.switch({"duplicate": 1, "events": "checkout.session.completed"})

    press(client.v1.checkout.sessions.create(request_of()).url)

    shop.wait_for("checkout.session.completed", times=2)
    twice = [one["id"] for one in shop.events if one["type"] == "checkout.session.completed"]
    assert len(twice) == 2
    assert len(set(twice)) == 1


def test_a_delayed_event_comes_after_the_buyer_is_back(till, client, shop):
    till.faults.switch({"delay": 0.5, "events": "checkout.session.completed"})

    press(client.v1.checkout.sessions.create(request_of()).url)

    assert "checkout.session.completed" not in shop.types()
    shop.wait_for("checkout.session.completed")


def test_a_wrongly_signed_event_is_refused_and_comes_again_rightly_signed(till, client, shop):
    till.faults.switch({"mis_sign": 1, "events": "checkout.session.completed"})

    press(client.v1.checkout.sessions.create(request_of()).url)
    till.clock.advance(2)

    shop.wait_for("checkout.session.completed")
    assert shop.refused == ["checkout.session.completed"]


def test_a_till_far_ahead_still_signs_what_a_shop_takes_and_can_come_back(till, client, shop):
    page, clock = f"{till.base_address}/till", f"{till.base_address}/till/clock"
    session = client.v1.checkout.sessions.create(request_of())

    requests.post(clock, json={"advance": 3 * 3600}, timeout=30)
    client.v1.checkout.sessions.expire(session.id)
    shop.wait_for("checkout.session.expired")
    [event] = [one for one in shop.events if one["type"] == "checkout.session.expired"]
    signed_at = int(event["signature"].split(",")[0].removeprefix("t="))

    assert abs(signed_at - time.time()) < 300
    assert "Back to the time of day" in requests.get(page, timeout=30).text
    assert (
        abs(requests.post(clock, json={"back": 1}, timeout=30).json()["now"] - time.time()) < 5
    )
    assert "Back to the time of day" not in requests.get(page, timeout=30).text
