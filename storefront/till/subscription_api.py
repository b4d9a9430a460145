"""Answer for subscriptions: read, list, change, end; ended ones only when asked for."""

from sqlalchemy.sql.elements import ColumnElement

from storefront.till import errors, events, subscription_life, subscriptions
from storefront.till.endpoint import Endpoint, read, same
from storefront.till.ledger import Json
from storefront.till.paging import Page, listing
from storefront.till.subscriptions import ENDED, KIND, URL
from storefront.till.tables import objects
from storefront.till.turn import Turn

FILTERS = ("customer", "collection_method", "test_clock")


def listed(turn: Turn, params: Json) -> Json:
    """Answer the newest subscriptions first."""
    where = [same(name, params[name]) for name in FILTERS if name in params]
    where += by_status(params.get("status"))
    if "price" in params:
        field = objects.c.body[("items", "data", 0, "price", "id")]
        where.append(field.as_string() == params["price"])
    return listing(turn.ledger, Page(KIND, URL, params, where))


def by_status(wanted: str | None) -> list[ColumnElement[bool]]:
    """Turn the status filter into conditions."""
    status = objects.c.body["status"].as_string()
    if wanted == "all":
        return []
    if wanted == "ended":
        return [status.in_(ENDED)]
    return [status == wanted] if wanted else [status.notin_(ENDED)]


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change a subscription, and what it has to do next."""
    after = subscriptions.update(turn, params, object_id)
    own = subscriptions.own_time(turn, after["customer"])
    if params.get("trial_end") == "now" and after["status"] == "trialing":
        return subscription_life.end_trial(own, after)
    subscription_life.set_alarm(own, after)
    return after


def resume(turn: Turn, _params: Json, object_id: str) -> Json:
    """Let a paused subscription begin a paid period.

    Raises:
        ApiError: it is not paused.
    """
    sub = subscriptions.alive(turn, object_id)
    if sub["status"] != "paused":
        raise errors.invalid("Only a paused subscription can be resumed.", "id")
    own = subscriptions.own_time(turn, sub["customer"])
    resumed = subscription_life.renew(own, {**sub, "status": "trialing"})
    events.record(own, "customer.subscription.resumed", resumed)
    return resumed


ENDPOINTS = (
    Endpoint("POST", f"{URL}/<object_id>/resume", "SubscriptionResumeParams", resume),
    Endpoint("GET", URL, "SubscriptionListParams", listed),
    Endpoint("GET", f"{URL}/<object_id>", "SubscriptionRetrieveParams", read(KIND)),
    Endpoint("POST", f"{URL}/<object_id>", "SubscriptionUpdateParams", update),
    Endpoint("DELETE", f"{URL}/<object_id>", "SubscriptionCancelParams", subscriptions.cancel),
)
