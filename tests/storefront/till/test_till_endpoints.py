"""Webhook endpoints made by the API, and deliveries that go wrong in every way."""

import pytest
import stripe
from sqlalchemy import create_engine, text

from storefront.till.server import Till, TillSettings
from tests.storefront.till.till_makers import SECRET, Shop, client_of, press, request_of


@pytest.fixture
def other():
    shop = Shop()
    yield shop
    shop.close()


def expire(client):
    made = client.v1.checkout.sessions.create(request_of())
    return client.v1.checkout.sessions.expire(made.id)


def test_an_endpoint_gets_only_what_it_asked_for_signed_with_its_own_secret(
    client, shop, other
):
    made = client.v1.webhook_endpoints.create(
        {"url": other.address, "enabled_events": ["checkout.session.expired"]}
    )
    other.secret = made.secret

    press(client.v1.checkout.sessions.create(request_of()).url)
    expire(client)

    other.wait_for("checkout.session.expired")
    shop.wait_for("checkout.session.expired")
    assert other.types() == ["checkout.session.expired"]
    assert other.refused == []
    event = client.v1.events.list({"type": "checkout.session.expired"}).data[0]
    assert event.pending_webhooks in (0, 1, 2)


def test_endpoints_are_listed_changed_and_deleted(client, other):
    endpoints = client.v1.webhook_endpoints
    made = endpoints.create({"url": other.address, "enabled_events": ["*"]})
    assert made.secret.startswith("whsec_")

    changed = endpoints.update(made.id, {"disabled": True, "description": "off"})
    expire(client)

    assert (changed.status, changed.description) == ("disabled", "off")
    assert [one.id for one in endpoints.list().data] == [made.id]
    assert getattr(endpoints.retrieve(made.id), "secret", None) is None
    assert endpoints.delete(made.id).deleted
    assert endpoints.list().data == []
    assert other.types() == other.refused == []


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"url": "shop"}, "url"),
        ({"url": "https://example.com/hook"}, "url"),
        ({"enabled_events": ["checkout.session.exploded"]}, "enabled_events[0]"),
        ({"connect": True}, "connect"),
    ],
)
def test_an_endpoint_that_cannot_be_served_is_refused(standing_client, changes, param):
    facts = {"url": "http://127.0.0.1:1/", "enabled_events": ["*"], **changes}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        standing_client.v1.webhook_endpoints.create(facts)

    assert refused.value.param == param


def test_an_old_stamp_is_refused_by_the_receiver_and_sent_again(client, shop, till):
    till.faults.switch({"old_stamp": 1})

    expire(client)

    till.clock.advance(2)
    shop.wait_for("checkout.session.expired")
    assert shop.refused == ["checkout.session.expired"]


def test_deliveries_can_come_in_any_order(client, shop, till):
    usual = [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
    ]
    till.faults.switch({"shuffle": 1000})
    for _ in range(12):
        press(client.v1.checkout.sessions.create(request_of()).url)
    for kind in usual:
        shop.wait_for(kind, times=12)

    of_one = {}
    for event in shop.events:
        thing = event["data"]["object"]
        intent = thing["id"] if event["type"].startswith("pay") else thing["payment_intent"]
        of_one.setdefault(intent, []).append(event["type"])
    assert all(sorted(kinds) == sorted(usual) for kinds in of_one.values())
    assert any(kinds != usual for kinds in of_one.values())


def test_a_till_of_before_finds_its_file_brought_up_to_date(shop, tmp_path):
    file = tmp_path / "till.sqlite3"
    settings = TillSettings(file, shop.address, SECRET)
    with Till(settings):
        pass
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE delivery DROP COLUMN endpoint"))
    engine.dispose()

    with Till(settings) as till:
        expire(client_of(till))
        shop.wait_for("checkout.session.expired")
