"""How events reach the shop, and what happens when they do not."""

import time

import requests
import stripe

from storefront.till.server import Till, TillSettings
from tests.storefront.till.till_makers import SECRET, Shop, client_of, press, request_of


def test_an_event_is_signed_so_that_the_sdk_accepts_it(client, shop):
    session = client.v1.checkout.sessions.create(request_of())

    client.v1.checkout.sessions.expire(session.id)

    event = shop.wait_for("checkout.session.expired")
    assert event["signature"].startswith("t=")
    assert event["livemode"] is False
    assert event["api_version"] == stripe.api_version
    assert event["request"]["id"].startswith("req_")
    assert event["request"]["idempotency_key"]


def test_an_event_the_shop_did_not_take_comes_again_with_a_fresh_signature(client, shop, till):
    shop.answers = [500, 503, 200]
    session = client.v1.checkout.sessions.create(request_of())

    client.v1.checkout.sessions.expire(session.id)

    for tries in (1, 2, 3):
        shop.wait_for("checkout.session.expired", times=tries)
        till.clock.advance(3)
    first, second, third = shop.events
    assert first["id"] == second["id"] == third["id"]
    assert len({first["signature"], second["signature"], third["signature"]}) == 3


def test_the_gaps_between_tries_grow(client, shop, till):
    shop.answers = [500] * 9
    session = client.v1.checkout.sessions.create(request_of())
    client.v1.checkout.sessions.expire(session.id)
    shop.wait_for("checkout.session.expired", times=1)

    for tries, gap in enumerate((1, 2, 5, 15, 60, 300, 1800, 7200), start=1):
        time.sleep(0.05)
        assert len(shop.events) == tries
        till.clock.advance(gap + 1)
        shop.wait_for("checkout.session.expired", times=tries + 1)

    page = requests.get(f"{till.base_address}/till", timeout=30).text
    assert "failed, 9 tries, last answer 500" in page


def test_the_buyer_waits_for_the_shops_answer(client, shop):
    shop.hold_seconds = 0.1
    session = client.v1.checkout.sessions.create(request_of())

    press(session.url)

    assert shop.types()[-1] == "checkout.session.completed"


def test_the_buyer_is_let_go_when_the_shop_refuses(client, shop):
    shop.answers = [500] * 4
    session = client.v1.checkout.sessions.create(request_of())

    started = time.monotonic()
    answer = press(session.url)

    assert answer.status_code == 303
    assert time.monotonic() - started < 3


def test_a_shop_that_was_down_gets_the_events_when_it_is_back(client, shop, till):
    session = client.v1.checkout.sessions.create(request_of())
    shop.close()
    answer = press(session.url)
    assert answer.status_code == 303
    back = Shop(shop.server.server_port)

    till.clock.advance(2)

    back.wait_for("checkout.session.completed")
    back.close()


def test_events_not_delivered_survive_a_restart(shop, tmp_path):
    settings = TillSettings(tmp_path / "till.sqlite3", shop.address, SECRET)
    with Till(settings) as till:
        till.faults.switch({"delay": 3})
        session = client_of(till).v1.checkout.sessions.create(request_of())
        client_of(till).v1.checkout.sessions.expire(session.id)
    assert shop.types() == []

    with Till(settings) as till:
        till.clock.advance(5)
        shop.wait_for("checkout.session.expired")
        assert client_of(till).v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_an_event_can_be_sent_again_from_the_tills_page(client, shop, till):
    session = client.v1.checkout.sessions.create(request_of())
    client.v1.checkout.sessions.expire(session.id)
    event = shop.wait_for("checkout.session.expired")

    address = f"{till.base_address}/till/events/{event['id']}/resend"
    answer = requests.post(address, allow_redirects=False, timeout=30)

    assert answer.status_code == 303
    shop.wait_for("checkout.session.expired", times=2)
    missing = f"{till.base_address}/till/events/evt_none/resend"
    assert requests.post(missing, timeout=30).status_code == 404


def test_the_tills_page_shows_sessions_events_and_deliveries(client, shop, till):
    open_one = client.v1.checkout.sessions.create(request_of(client_reference_id="attempt-77"))
    paid = client.v1.checkout.sessions.create(request_of())
    press(paid.url)
    intent = client.v1.checkout.sessions.retrieve(paid.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent})
    shop.wait_for("charge.refunded")
    time.sleep(0.1)

    page = requests.get(f"{till.base_address}/till", timeout=30).text

    assert "Test till: no money moves" in page
    for words in (
        open_one.id,
        paid.id,
        refund.id,
        "attempt-77",
        shop.address,
        "delivered, 1 try",
    ):
        assert words in page


def test_a_list_of_events_tells_the_delivered_from_the_others(client, till):
    till.faults.switch({"drop": 1, "events": "charge.succeeded"})
    press(client.v1.checkout.sessions.create(request_of()).url)

    lost = client.v1.events.list({"delivery_success": False})
    arrived = client.v1.events.list({"delivery_success": True})

    assert [event.type for event in lost.data] == ["charge.succeeded"]
    assert len(arrived.data) == 3
    assert {event.pending_webhooks for event in arrived.data} == {0}
