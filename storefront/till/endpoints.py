"""List every endpoint the till speaks, with the SDK type that describes its request."""

from storefront.till import (
    coupons,
    customers,
    disputes,
    events,
    fraud_warnings,
    paging,
    payment_methods,
    portal,
    prices,
    products,
    promotion_codes,
    refunds,
    sessions,
    shipping_rates,
    subscription_api,
    subscription_life,
    tax_rates,
    test_clocks,
    webhook_endpoints,
)
from storefront.till.endpoint import Endpoint, read, reads
from storefront.till.ledger import Json
from storefront.till.paging import Page
from storefront.till.tables import objects
from storefront.till.turn import Turn

SESSIONS = "/v1/checkout/sessions"
SESSION_FILTERS = (
    "customer",
    "customer_account",
    "customer_details",
    "payment_intent",
    "payment_link",
    "status",
    "subscription",
)


def list_events(turn: Turn, params: Json) -> Json:
    """Answer the newest events first."""
    page = Page("event", "/v1/events", params, events.filters(params))
    return paging.listing(turn.ledger, page)


def line_items(turn: Turn, params: Json, object_id: str) -> Json:
    """Answer a session's lines in the order they were sent."""
    turn.ledger.get(object_id, sessions.KIND)
    where = [objects.c.parent == object_id]
    url = f"{SESSIONS}/{object_id}/line_items"
    return paging.listing(turn.ledger, Page("item", url, params, where, oldest_first=True))


SESSION_ENDPOINTS = (
    Endpoint("POST", SESSIONS, "checkout.SessionCreateParams", sessions.create),
    *reads(sessions.KIND, SESSIONS, "checkout.Session", *SESSION_FILTERS),
    Endpoint(
        "GET",
        f"{SESSIONS}/<object_id>/line_items",
        "checkout.SessionListLineItemsParams",
        line_items,
    ),
    Endpoint(
        "POST",
        f"{SESSIONS}/<object_id>/expire",
        "checkout.SessionExpireParams",
        lambda turn, _params, object_id: sessions.expire(turn, object_id),
    ),
)
EVENT_ENDPOINTS = (
    Endpoint("GET", "/v1/events", "EventListParams", list_events),
    Endpoint("GET", "/v1/events/<object_id>", "EventRetrieveParams", read("event")),
)
ENDPOINTS = (
    *SESSION_ENDPOINTS,
    *reads("payment_intent", "/v1/payment_intents", "PaymentIntent", "customer"),
    *reads("charge", "/v1/charges", "Charge", "customer", "payment_intent"),
    *refunds.ENDPOINTS,
    *disputes.ENDPOINTS,
    *fraud_warnings.ENDPOINTS,
    *customers.ENDPOINTS,
    *coupons.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *promotion_codes.ENDPOINTS,
    *products.ENDPOINTS,
    *portal.ENDPOINTS,
    *prices.ENDPOINTS,
    *shipping_rates.ENDPOINTS,
    *subscription_api.ENDPOINTS,
    *subscription_life.ENDPOINTS,
    *test_clocks.ENDPOINTS,
    *tax_rates.ENDPOINTS,
    *webhook_endpoints.ENDPOINTS,
    *EVENT_ENDPOINTS,
)
