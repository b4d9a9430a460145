"""Open the customer portal, and do there what its buttons say."""

from storefront.till import customers, errors, events, payment_methods, subscription_api
from storefront.till.cards import Buyer, Card
from storefront.till.endpoint import Endpoint
from storefront.till.ledger import Json
from storefront.till.session_rules import is_web_address
from storefront.till.turn import Turn

KIND, URL = "billing_portal.session", "/v1/billing_portal/sessions"
CONFIGURATION = "bpc_till"
LIVES_SECONDS = 60 * 60


def create(turn: Turn, params: Json) -> Json:
    """Open the portal for a customer."""
    for name in ("configuration", "flow_data", "on_behalf_of", "after_expiration"):
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
        locale=params.get("locale"),
        return_url=params.get("return_url"),
    )
    made = turn.ledger.change(made, url=f"{turn.base_address}/portal/{made['id']}")
    events.record(turn, "billing_portal.session.created", made)
    return made


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
