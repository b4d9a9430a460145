"""Reading events: filters and pages."""

import pytest
import stripe

from tests.storefront.till.till_makers import get, press, request_of


@pytest.fixture
def payment(client):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url)
    return session


def types(client, **filters):
    return [event.type for event in client.v1.events.list(filters).data]


def test_events_are_read_newest_first(client, payment):
    assert types(client) == [
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "payment_intent.created",
    ]
    newest = client.v1.events.list({"limit": 1}).data[0]
    assert client.v1.events.retrieve(newest.id).data.object["id"] == payment.id


@pytest.mark.usefixtures("payment")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"type": "charge.succeeded"}, ["charge.succeeded"]),
        ({"type": "payment_intent.*"}, ["payment_intent.succeeded", "payment_intent.created"]),
        (
            {"types": ["charge.succeeded", "checkout.session.completed"]},
            ["checkout.session.completed", "charge.succeeded"],
        ),
        ({"types": ["charge.failed"]}, []),
    ],
)
def test_events_are_filtered_by_type(client, filters, found):
    assert types(client, **filters) == found


@pytest.mark.usefixtures("payment")
def test_events_are_filtered_by_time(client, till):
    first = client.v1.events.list().data[-1].created
    till.clock.advance(1000)
    client.v1.checkout.sessions.expire(client.v1.checkout.sessions.create(request_of()).id)

    assert types(client, created={"gte": first + 500}) == ["checkout.session.expired"]
    assert len(types(client, created={"lt": first + 500})) == 4
    assert types(client, created={"gt": till.clock.now()}) == []


@pytest.mark.usefixtures("payment")
def test_every_event_is_reached_page_by_page_in_both_directions(client):
    every = types(client)

    forward = client.v1.events.list({"limit": 1})
    assert [event.type for event in forward.auto_paging_iter()] == every
    oldest = client.v1.events.list().data[-1]
    page = client.v1.events.list({"ending_before": oldest.id, "limit": 2})
    assert [event.type for event in page.data] == every[1:3]
    assert page.has_more


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("starting_after=evt_none", "starting_after"),
        ("starting_after=a&ending_before=b", "starting_after"),
        ("type=a&types[]=b", "types"),
        ("&".join(f"types[]=a{place}" for place in range(21)), "types"),
        ("created[around]=1", "created[around]"),
        ("created=soon", "created"),
    ],
)
def test_a_wrong_filter_is_refused(standing_till, query, param):
    answer = get(standing_till, f"/v1/events?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_an_unknown_event_is_missing(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.events.retrieve("evt_none")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
