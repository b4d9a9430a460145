"""Complete a session: what the buyer gave, their customer, the event."""

from storefront.till import customers, events, invoices, payment_methods, promotion_codes
from storefront.till.cards import Buyer
from storefront.till.ledger import Json
from storefront.till.turn import Turn

UNKNOWN: Json = {"business_name": None, "individual_name": None}


def complete(
    turn: Turn, session: Json, buyer: Buyer, payment_status: str, **values: object
) -> Json:
    """Close the session with what the buyer gave."""
    session = with_customer(turn, session, buyer)
    done = turn.ledger.change(
        session,
        collected_information={**UNKNOWN, "shipping_details": shipping_details(session, buyer)},
        consent=consent(session, buyer),
        customer_details=details(buyer),
        payment_status=payment_status,
        status="complete",
        url=None,
        **values,
    )
    if payment_status == "paid":
        done = with_invoice(turn, done)
    promotion_codes.redeem(turn, done["discounts"])
    update_customer(turn, done, buyer)
    events.record(turn, "checkout.session.completed", done)
    return done


def details(buyer: Buyer) -> Json:
    """Say who bought."""
    person = {"email": buyer.email, "name": buyer.name, "phone": buyer.phone}
    address = {**payment_methods.NO_ADDRESS, **buyer.address} if buyer.address else None
    return {**UNKNOWN, **person, "address": address, "tax_exempt": "none", "tax_ids": []}


def consent(session: Json, buyer: Buyer) -> Json | None:
    """Say what the buyer agreed to, if anything was asked."""
    asked = session["consent_collection"] or {}
    terms = "accepted" if asked.get("terms_of_service") == "required" else None
    news = None
    if asked.get("promotions") == "auto":
        news = "opt_in" if buyer.wants_news else "opt_out"
    return {"promotions": news, "terms_of_service": terms} if terms or news else None


def shipping_details(session: Json, buyer: Buyer) -> Json | None:
    """Say where the goods go, if the session asks."""
    if not session["shipping_address_collection"] or not buyer.address:
        return None
    return {"name": buyer.name, "address": {**payment_methods.NO_ADDRESS, **buyer.address}}


def with_customer(turn: Turn, session: Json, buyer: Buyer) -> Json:
    """Give the session a customer if it is to make one."""
    wanted = session["mode"] == "subscription" or session["customer_creation"] == "always"
    if session["customer"] or not wanted:
        return session
    made = customers.named(turn, buyer.email, buyer.name, buyer.phone)
    return turn.ledger.change(session, customer=made["id"])


def with_invoice(turn: Turn, session: Json) -> Json:
    """Write the invoice of a payment if the session is to make one."""
    if not (session["invoice_creation"] or {}).get("enabled"):
        return session
    intent = turn.ledger.find(session["payment_intent"] or "", "payment_intent")
    invoice = invoices.for_session(turn, session, intent)
    return turn.ledger.change(session, invoice=invoice["id"])


def update_customer(turn: Turn, session: Json, buyer: Buyer) -> None:
    """Write into the customer what the session was told to."""
    asked = turn.ledger.notes(session["id"]).get("customer_update", {})
    shipped = session["collected_information"]["shipping_details"]
    found: Json = {"name": buyer.name, "address": buyer.address, "shipping": shipped}
    wanted = {name: found[name] for name in found if asked.get(name) == "auto" and found[name]}
    if wanted:
        customers.update(turn, wanted, session["customer"])
