"""The till holds requests and answers to the SDK's own types."""

import copy

import pytest

from storefront.till import contract, skeleton
from storefront.till.endpoints import ENDPOINTS
from tests.storefront.till import sdk_schema
from tests.storefront.till.till_makers import get, post, press, request_of


@pytest.fixture
def session(standing_client, standing_till):
    made = standing_client.v1.checkout.sessions.create(request_of())
    return get(standing_till, f"/v1/checkout/sessions/{made.id}?expand[]=line_items").json()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ui_mode",), "hosted"),
        (("amount_total",), "2400"),
        (("colour",), "red"),
        (("shipping_options",), None),
        (("automatic_tax", "enabled"), None),
        (("line_items", "data", 0, "price", "unit_amount"), 1.5),
        (("line_items", "data", 0, "objekt"), "item"),
    ],
)
def test_the_check_notices_an_answer_that_is_not_stripes(session, path, value):
    wrong = copy.deepcopy(session)
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert sdk_schema.problems(session) == []
    assert len(sdk_schema.problems(wrong)) == 1


@pytest.mark.parametrize("kind", ["id", "status", "payment_status", "created", "custom_fields"])
def test_the_check_notices_a_key_that_is_missing_or_null(session, kind):
    without = {key: value for key, value in session.items() if key != kind}
    nullable = kind == "status"

    assert bool(sdk_schema.problems(without)) is not nullable
    assert bool(sdk_schema.problems({**session, kind: None})) is not nullable


WHOLE = {"subscription_item"}  # built with its price and plan only, which have no empty form


@pytest.mark.parametrize("kind", sorted(set(skeleton.CLASSES) - WHOLE))
def test_every_kind_is_built_with_the_keys_the_sdk_requires(kind):
    body = skeleton.make(kind)

    wanted = sdk_schema.validator(kind)
    assert [str(error.message) for error in wanted.iter_errors(body)] == []


def test_a_key_the_sdk_does_not_know_cannot_be_set():
    with pytest.raises(KeyError, match="colour"):
        skeleton.make("refund", colour="red")


def test_every_endpoint_names_a_parameter_type_of_the_sdk():
    for endpoint in ENDPOINTS:
        known = contract.fields(contract.params_type(endpoint.params))
        assert "expand" in known or endpoint.params.endswith("DeleteParams"), endpoint.path


def test_every_event_and_object_of_a_payment_is_stripes(client, shop):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url, card_number="4000000000000002")
    press(session.url, card_number="4000002760003184")
    press(f"{session.url}/secure", action="complete")
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    client.v1.refunds.create({"payment_intent": paid.payment_intent.id, "amount": 100})

    shop.wait_for("charge.refunded")
    for event in shop.events:
        assert sdk_schema.problems({k: v for k, v in event.items() if k != "signature"}) == []
    kept = [event.type for event in client.v1.events.list({"limit": 100}).data]
    assert kept[::-1] == shop.types()


@pytest.mark.parametrize("path", ["/v1/payouts", "/v1/tokens/tok_1", "/v1/checkout", "/v1/"])
def test_an_unknown_address_answers_in_stripes_shape(standing_till, path):
    answer = get(standing_till, path)

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("key", ["", "sk_live_abc", "sk_test_abc", "rk_live_sk_test_till_"])
def test_only_a_till_key_opens_the_api(standing_till, key):
    answer = get(standing_till, "/v1/events", key=key)

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert key == "" or key not in answer.text


def test_answers_carry_stripes_headers(till):
    answer = post(
        till,
        "/v1/refunds",
        "charge=ch_1",
        **{"Stripe-Version": "2026-10-28.endive", "Idempotency-Key": "k1"},
    )

    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Idempotency-Key"] == "k1"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("colour", "cannot be expanded"),
        ("payment_intent.colour", "cannot be expanded"),
        ("line_items.data.price.product.default_price", "more than 4 levels"),
    ],
)
def test_what_cannot_be_expanded_is_refused(client, till, path, message):
    made = client.v1.checkout.sessions.create(request_of())
    press(made.url)

    answer = get(till, f"/v1/checkout/sessions/{made.id}?expand[]={path}")

    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
