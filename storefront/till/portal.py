"""Open the customer portal, and do there what its buttons say."""

from typing import Any

from storefront.till import (
    customers,
    errors,
    events,
    payment_methods,
    plan_changes,
    skeleton,
    subscription_api,
)
from storefront.till.cards import Buyer, Card
from storefront.till.endpoint import Endpoint
from storefront.till.ledger import Json
from storefront.till.session_rules import is_web_address
from storefront.till.turn import Turn

KIND, URL = "billing_portal.session", "/v1/billing_portal/sessions"
CONFIGURATION = "bpc_till"
LIVES_SECONDS = 60 * 60
FLOW = "subscription_update_confirm"


def create(turn: Turn, params: Json) -> Json:
    """Open the portal for a customer."""
    for name in ("configuration", "on_behalf_of", "after_expiration"):
        if name in params:
            raise errors.invalid(f"This test till does not take {name}.", name)
    if "customer" not in params:
        raise errors.missing_parameter("customer")
    turn.ledger.get(params["customer"], customers.KIND, "customer")
    if "return_url" in params and not is_web_address(params["return_url"]):
        raise errors.invalid("Not a valid URL", "return_url", code="url_invalid")
    made = turn.ledger.add(
        KIND,
        turn.now,
        parent=params["customer"],
        configuration=CONFIGURATION,
        customer=params["customer"],
        flow=flow(turn, params) if "flow_data" in params else None,
        locale=params.get("locale"),
        return_url=params.get("return_url"),
    )
    made = turn.ledger.change(made, url=f"{turn.base_address}/portal/{made['id']}")
    events.record(turn, "billing_portal.session.created", made)
    return made


def flow(turn: Turn, params: Json) -> Any:
    """Check the one flow the till knows: the question whether a plan is to be changed.

    Raises:
        ApiError: it is another flow, another customer's, or the price is not a recurring one.
    """
    asked = params["flow_data"]
    if asked["type"] != FLOW or FLOW not in asked:
        raise errors.invalid(f"This test till knows the flow {FLOW} only.", "flow_data[type]")
    wanted = asked[FLOW]
    sub = subscription_of(turn, params, wanted["subscription"])
    items = wanted["items"]
    if len(items) != 1 or items[0]["id"] != sub["items"]["data"][0]["id"]:
        raise errors.invalid("Name the one item of the subscription.", f"flow_data[{FLOW}]")
    price = turn.ledger.get(items[0].get("price", ""), "price", f"flow_data[{FLOW}][items]")
    if not price["recurring"] or price["id"] == sub["items"]["data"][0]["price"]["id"]:
        raise errors.invalid("Name another recurring price.", f"flow_data[{FLOW}][items]")
    return skeleton.overlay(KIND, "flow", {**asked, FLOW: {**wanted, "discounts": None}})


def change_plan(turn: Turn, session: Json) -> str:
    """Change the plan as the session asks; give what stands in the way.

    Raises:
        ApiError: this session asks nothing.
    """
    if not session["flow"]:
        raise errors.missing(KIND, session["id"])
    wanted = session["flow"][FLOW]
    sub = subscription_of(turn, session, wanted["subscription"])
    return plan_changes.change(turn, sub, wanted["items"][0]["price"])


def opened(turn: Turn, session_id: str) -> Json:
    """Find a portal session that has not run out.

    Raises:
        ApiError: there is none, or it is over an hour old.
    """
    session = turn.ledger.get(session_id, KIND)
    if session["created"] + LIVES_SECONDS < turn.now:
        raise errors.ApiError("This portal session has run out.", status=410)
    return session


def subscription_of(turn: Turn, session: Json, sub_id: str) -> Json:
    """Find a subscription of the portal's own customer.

    Raises:
        ApiError: it is another customer's, or there is none.
    """
    sub = turn.ledger.get(sub_id, "subscription")
    if sub["customer"] != session["customer"]:
        raise errors.missing("subscription", sub_id)
    return sub


def cancel_later(turn: Turn, session: Json, sub_id: str, *, ends: bool) -> Json:
    """Let a subscription end with its period, or carry on after all."""
    subscription_of(turn, session, sub_id)
    return subscription_api.update(turn, {"cancel_at_period_end": ends}, sub_id)


def change_card(turn: Turn, session: Json, card: Card) -> Json:
    """Let everything the customer has be paid by another card."""
    customer = turn.ledger.get(session["customer"], customers.KIND)
    buyer = Buyer(customer["email"] or "", customer["name"] or "")
    method = payment_methods.add_card(turn, buyer, card, customer["id"])
    events.record(turn, "payment_method.attached", method)
    chosen = {"invoice_settings": {"default_payment_method": method["id"]}}
    customers.update(turn, chosen, customer["id"])
    for sub in turn.ledger.children(customer["id"], "subscription"):
        if sub["status"] not in ("canceled", "incomplete_expired"):
            subscription_api.update(turn, {"default_payment_method": method["id"]}, sub["id"])
    return method


ENDPOINTS = (Endpoint("POST", URL, "billing_portal.SessionCreateParams", create),)
