"""List every endpoint the till speaks, with the SDK type that describes its request."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.sql.elements import ColumnElement

from storefront.till import catalogue, events, paging, refunds, sessions
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


@dataclass(frozen=True)
class Endpoint:
    """Tie a method and a path to the work behind them."""

    method: str
    path: str
    params: str  # a class in stripe.params
    work: Callable[..., Json]


def read(kind: str) -> Callable[..., Json]:
    """Answer one object by its id."""
    return lambda turn, _params, object_id: turn.ledger.get(object_id, kind)


def listed(kind: str, url: str, *equal: str) -> Callable[..., Json]:
    """Answer a list of one kind, filtered by the named fields."""

    def work(turn: Turn, params: Json) -> Json:
        where = [same(name, params[name]) for name in equal if name in params]
        return paging.listing(turn.ledger, Page(kind, url, params, where))

    return work


def same(name: str, value: str | bool | Json) -> ColumnElement[bool]:
    """Compare one field, or one field inside it, with a value."""
    if isinstance(value, dict):
        inner, wanted = next(iter(value.items()))
        field: ColumnElement[bool] = objects.c.body[(name, inner)].as_string() == wanted
        return field
    kept = objects.c.body[name]
    match: ColumnElement[bool] = (
        kept.as_boolean() == value if isinstance(value, bool) else kept.as_string() == value
    )
    return match


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


ENDPOINTS = (
    Endpoint("POST", SESSIONS, "checkout.SessionCreateParams", sessions.create),
    Endpoint(
        "GET",
        SESSIONS,
        "checkout.SessionListParams",
        listed(sessions.KIND, SESSIONS, *SESSION_FILTERS),
    ),
    Endpoint(
        "GET",
        f"{SESSIONS}/<object_id>",
        "checkout.SessionRetrieveParams",
        read(sessions.KIND),
    ),
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
    Endpoint(
        "GET",
        "/v1/payment_intents/<object_id>",
        "PaymentIntentRetrieveParams",
        read("payment_intent"),
    ),
    Endpoint("GET", "/v1/charges/<object_id>", "ChargeRetrieveParams", read("charge")),
    Endpoint("POST", "/v1/refunds", "RefundCreateParams", refunds.create),
    Endpoint(
        "GET",
        "/v1/refunds",
        "RefundListParams",
        listed("refund", "/v1/refunds", "payment_intent", "charge"),
    ),
    Endpoint("GET", "/v1/refunds/<object_id>", "RefundRetrieveParams", read("refund")),
    Endpoint("GET", "/v1/events", "EventListParams", list_events),
    Endpoint("GET", "/v1/events/<object_id>", "EventRetrieveParams", read("event")),
    Endpoint("POST", "/v1/coupons", "CouponCreateParams", catalogue.create_coupon),
    Endpoint("GET", "/v1/coupons/<object_id>", "CouponRetrieveParams", read("coupon")),
    Endpoint("POST", "/v1/tax_rates", "TaxRateCreateParams", catalogue.create_tax_rate),
    Endpoint("GET", "/v1/tax_rates/<object_id>", "TaxRateRetrieveParams", read("tax_rate")),
    Endpoint(
        "GET",
        "/v1/tax_rates",
        "TaxRateListParams",
        listed("tax_rate", "/v1/tax_rates", "active", "inclusive"),
    ),
)
