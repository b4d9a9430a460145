"""Opening, reading, listing and expiring Checkout Sessions."""

import pytest
import requests
import stripe

from tests.storefront.till.till_makers import line, post, press, request_of, shipping


def test_a_session_adds_up_lines_and_delivery(client):
    session = client.v1.checkout.sessions.create(
        request_of(
            line_items=[line(1200, 2), line(1900, 1)],
            shipping_options=[shipping(390), shipping(900, "Express")],
        )
    )

    assert session.amount_subtotal == 4300
    assert session.amount_total == 4690
    assert session.total_details.amount_shipping == 390
    assert session.shipping_cost.amount_total == 390
    assert len(session.shipping_options) == 2
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None


def test_a_session_keeps_what_the_shop_sent(client):
    made = client.v1.checkout.sessions.create(
        request_of(
            customer_email="ana@example.com",
            locale="de",
            consent_collection={"terms_of_service": "required"},
            shipping_address_collection={"allowed_countries": ["DE", "AT"]},
            phone_number_collection={"enabled": True},
            custom_text={"submit": {"message": "Thank you"}},
            adaptive_pricing={"enabled": False},
            automatic_tax={"enabled": False},
            invoice_creation={"enabled": True, "invoice_data": {"footer": "Bye"}},
            branding_settings={"display_name": "Pressline", "button_color": "#0f5c4d"},
            payment_intent_data={"metadata": {"order": "1001"}},
        )
    )

    session = client.v1.checkout.sessions.retrieve(made.id)
    assert session.client_reference_id == "attempt-1"
    assert session.metadata["order"] == "1001"
    assert session.customer_email == "ana@example.com"
    assert session.consent_collection.terms_of_service == "required"
    assert session.shipping_address_collection.allowed_countries == ["DE", "AT"]
    assert session.branding_settings.button_color == "#0f5c4d"
    assert session.custom_text.submit.message == "Thank you"
    assert session.success_url.endswith("{CHECKOUT_SESSION_ID}")
    assert session.expires_at - session.created == 24 * 3600


def test_line_items_come_only_when_asked_for(client):
    made = client.v1.checkout.sessions.create(request_of())

    plain = client.v1.checkout.sessions.retrieve(made.id)
    whole = client.v1.checkout.sessions.retrieve(
        made.id, {"expand": ["line_items.data.price.product"]}
    )

    assert "line_items" not in plain.to_dict()
    item = whole.line_items.data[0]
    assert (item.quantity, item.amount_total, item.metadata["sku"]) == (2, 2400, "ROLLER-M")
    assert item.price.product.metadata["sku"] == "ROLLER-M"


def test_line_items_are_paged_in_the_order_they_were_sent(client):
    sent = [line(100 + place, 1) for place in range(12)]
    made = client.v1.checkout.sessions.create(request_of(line_items=sent))

    first = client.v1.checkout.sessions.line_items.list(made.id, {"limit": 5})
    every = list(first.auto_paging_iter())

    assert first.has_more
    assert [item.amount_total for item in every] == [100 + place for place in range(12)]


def test_sessions_are_listed_newest_first_and_filtered(client, till):
    first = client.v1.checkout.sessions.create(request_of())
    till.clock.advance(100)
    second = client.v1.checkout.sessions.create(request_of())
    client.v1.checkout.sessions.expire(first.id)
    press(second.url)
    paid = client.v1.checkout.sessions.retrieve(second.id)

    def found(**filters):
        return [one.id for one in client.v1.checkout.sessions.list(filters).data]

    assert found() == [second.id, first.id]
    assert found(status="expired") == [first.id]
    assert found(payment_intent=paid.payment_intent) == [second.id]
    assert found(created={"gte": second.created}) == [second.id]
    assert found(created={"lt": second.created}) == [first.id]
    assert found(customer_details={"email": "ana@example.com"}) == [second.id]
    assert found(subscription="sub_1") == []
    assert found(starting_after=second.id) == [first.id]
    assert found(ending_before=first.id) == [second.id]


def test_an_open_session_expires_once(client, shop):
    made = client.v1.checkout.sessions.create(request_of())

    expired = client.v1.checkout.sessions.expire(made.id)

    assert (expired.status, expired.url) == ("expired", None)
    shop.wait_for("checkout.session.expired")
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client.v1.checkout.sessions.expire(made.id)


def test_a_paid_session_cannot_be_expired(client):
    made = client.v1.checkout.sessions.create(request_of())
    press(made.url)

    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(made.id)


def test_a_session_expires_by_itself_when_its_time_is_over(client, till, shop):
    soon = till.clock.now() + 1800
    made = client.v1.checkout.sessions.create(request_of(expires_at=soon))

    till.clock.advance(1801)

    assert shop.wait_for("checkout.session.expired")["data"]["object"]["id"] == made.id
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"
    assert requests.get(made.url, timeout=30).status_code == 410
    assert press(made.url).status_code == 410


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        pytest.param({"mode": None}, "mode", id="no mode"),
        pytest.param({"mode": "setup"}, "mode", id="another mode"),
        pytest.param({"ui_mode": "hosted"}, "ui_mode", id="a removed word"),
        pytest.param({"ui_mode": "elements"}, "ui_mode", id="a page the till has not"),
        pytest.param({"success_url": None}, "success_url", id="nowhere to return to"),
        pytest.param({"success_url": "thanks"}, "success_url", id="half an address"),
        pytest.param({"line_items": None}, "line_items", id="nothing to buy"),
        pytest.param({"line_items": [line(1, 1)] * 101}, "line_items", id="101 lines"),
        pytest.param({"shipping_options": [shipping()] * 6}, "shipping_options", id="6 rates"),
        pytest.param(
            {"allow_promotion_codes": True, "discounts": [{"coupon": "X"}]},
            "allow_promotion_codes",
            id="codes and a discount",
        ),
        pytest.param({"discounts": [{"coupon": "X"}]}, "discounts[0][coupon]", id="no coupon"),
        pytest.param({"customer": "cus_1"}, "customer", id="no customer"),
        pytest.param(
            {"line_items": [{"price": "price_1", "quantity": 1}]},
            "line_items[0][price]",
            id="no price",
        ),
        pytest.param(
            {"line_items": [line(-1)]},
            "line_items[0][price_data][unit_amount]",
            id="less than nothing",
        ),
        pytest.param({"line_items": [line(1, 0)]}, "line_items[0][quantity]", id="none of it"),
        pytest.param({"line_items": [line(99_999_999, 2)]}, "line_items", id="too much"),
        pytest.param({"line_items": [line(49, 1)]}, "line_items", id="too little"),
        pytest.param(
            {"subscription_data": {"trial_period_days": 3}}, "subscription_data", id="mode"
        ),
        pytest.param({"metadata": {"k": "v" * 501}}, "metadata[k]", id="a long note"),
        pytest.param({"client_reference_id": "x" * 201}, "client_reference_id", id="long name"),
        pytest.param({"customer_email": "ana"}, "customer_email", id="half an email"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(standing_client, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        standing_client.v1.checkout.sessions.create(request_of(**changes))

    assert refused.value.http_status == 400
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("seconds", "taken"), [(1790, False), (1800, True), (86400, True), (86410, False)]
)
def test_a_session_lives_from_half_an_hour_to_a_day(client, till, seconds, taken):
    asked = request_of(expires_at=till.clock.now() + seconds + (1 if seconds == 1800 else 0))

    if taken:
        assert client.v1.checkout.sessions.create(asked).expires_at == asked["expires_at"]
    else:
        with pytest.raises(stripe.InvalidRequestError, match=r"24 hours|30 minutes"):
            client.v1.checkout.sessions.create(asked)


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ("mode=payment&colour=red", "colour", "parameter_unknown"),
        ("line_items[0][qty]=1", "line_items[0][qty]", "parameter_unknown"),
        (
            "line_items[0][price_data][unit_amount]=1",
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        ("line_items[0][quantity]=two", "line_items[0][quantity]", "parameter_invalid_integer"),
        (
            "shipping_address_collection[allowed_countries][0]=XX",
            "shipping_address_collection[allowed_countries][0]",
            None,
        ),
        (
            "mode=payment&success_url=http://a/&line_items[0][quantity]=1"
            "&line_items[0][price_data][currency]=eur"
            "&line_items[0][price_data][product_data][name]=x"
            "&line_items[0][price_data][unit_amount_decimal]=1e999999999",
            "line_items[0][price_data]",
            None,
        ),
        (
            "mode=payment&success_url=http://a/&line_items[0][quantity]=1"
            "&line_items[0][price_data][currency]=eur"
            "&line_items[0][price_data][product_data][name]=x"
            "&line_items[0][price_data][unit_amount]=100"
            "&shipping_address_collection[allowed_countries]=",
            "shipping_address_collection[allowed_countries]",
            None,
        ),
        (
            "payment_method_options[paypal][preferred_locale][x]=de",
            "payment_method_options[paypal][preferred_locale]",
            None,
        ),
        ("allow_promotion_codes=yes", "allow_promotion_codes", None),
        ("metadata=1", "metadata", None),
        ("line_items[0]=1", "line_items[0]", None),
        ("line_items[x][quantity]=1", "line_items", None),
        ("mode=payment&mode[a]=1", "mode[a]", None),
        ("mode]=1", "mode]", "parameter_unknown"),
        ("a" + "[b]" * 20 + "=1", "a" + "[b]" * 20, None),
    ],
)
def test_a_malformed_request_names_the_parameter(standing_till, body, param, code):
    answer = post(standing_till, "/v1/checkout/sessions", body)

    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["type"], error["param"], error.get("code")) == (
        "invalid_request_error",
        param,
        code,
    )
