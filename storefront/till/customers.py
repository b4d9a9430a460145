"""Keep customers: make, read, change, delete."""

from storefront.till import events, metadata, skeleton
from storefront.till.endpoint import Endpoint, reads
from storefront.till.errors import invalid
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "customer", "/v1/customers"
TAKEN = ("description", "email", "individual_name", "business_name", "name", "phone")
NESTED = ("address", "shipping", "invoice_settings")


def create(turn: Turn, params: Json) -> Json:
    """Make a customer."""
    clock = params.get("test_clock")
    if clock:
        turn.ledger.get(clock, "test_helpers.test_clock", "test_clock")
    made = turn.ledger.add(
        KIND,
        turn.now,
        balance=params.get("balance", 0),
        delinquent=False,
        invoice_prefix="TILL",
        invoice_settings=settings(params.get("invoice_settings") or {}),
        metadata=metadata.first(params),
        next_invoice_sequence=1,
        preferred_locales=params.get("preferred_locales") or [],
        tax_exempt=params.get("tax_exempt") or "none",
        test_clock=clock,
        **given(params, "invoice_settings"),
    )
    events.record(turn, "customer.created", made)
    return made


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change what the request names."""
    before = turn.ledger.get(object_id, KIND)
    values = given(params) | {"metadata": metadata.merged(before, params)}
    for name in ("tax_exempt", "preferred_locales"):
        if name in params:
            values[name] = params[name]
    after = turn.ledger.change(before, **values)
    events.record(turn, "customer.updated", after, before=before)
    return after


def delete(turn: Turn, _params: Json, object_id: str) -> Json:
    """Take a customer out of the books."""
    gone = turn.ledger.get(object_id, KIND)
    events.record(turn, "customer.deleted", gone)
    turn.ledger.remove(object_id)
    return {"id": object_id, "object": KIND, "deleted": True}


def given(params: Json, *skipped: str) -> Json:
    """Read the plain and nested values a request sets; an empty one clears."""
    email = params.get("email")
    if email and "@" not in email:
        raise invalid(f"Invalid email address: {email}", "email", "email_invalid")
    plain: Json = {name: params[name] or None for name in TAKEN if name in params}
    nested = {
        name: skeleton.overlay(KIND, name, params[name]) if params[name] else None
        for name in NESTED
        if name in params and name not in skipped
    }
    return plain | nested


def settings(sent: Json) -> object:
    """Fill in what a customer's invoices are paid with."""
    return skeleton.overlay(KIND, "invoice_settings", sent)


def named(turn: Turn, email: str, name: str, phone: str | None = None) -> Json:
    """Make the customer a session was asked to make."""
    return create(turn, {"email": email, "name": name, "phone": phone})


ENDPOINTS = (
    Endpoint("POST", URL, "CustomerCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "CustomerUpdateParams", update),
    Endpoint("DELETE", f"{URL}/<object_id>", "CustomerDeleteParams", delete),
    *reads(KIND, URL, "Customer", "email", "test_clock"),
)
