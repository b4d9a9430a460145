"""Write invoices: of a subscription's periods and of single payments."""

from typing import Any

from storefront.till import events, invoice_lines, off_session
from storefront.till.endpoint import Endpoint, read, same
from storefront.till.ledger import Json
from storefront.till.paging import Page, listing
from storefront.till.tables import objects
from storefront.till.turn import Turn

KIND, URL = "invoice", "/v1/invoices"


def write(
    turn: Turn, lines: list[Json], sums: Json, sub: Json | None = None, **values: Any
) -> Json:
    """Make and finalise an invoice of these lines."""
    number = len(turn.ledger.newest(KIND, 1_000_000)) + 1
    due = sums["total"]
    made = turn.ledger.add(
        KIND,
        turn.now,
        parent=str(values.get("customer") or ""),
        amount_due=due,
        amount_remaining=due,
        attempted=False,
        auto_advance=True,
        currency=lines[0]["currency"],
        effective_at=turn.now,
        ending_balance=0,
        metadata={},
        number=f"TILL-{number:04d}",
        period_end=turn.now,
        period_start=turn.now,
        status="open",
        subtotal=sums["subtotal"],
        subtotal_excluding_tax=sums["subtotal"] - sums["tax"],
        total=due,
        total_excluding_tax=due - sums["tax"],
        **values,
    )
    return finalised(turn, made, lines, sub)


def finalised(turn: Turn, invoice: Json, lines: list[Json], sub: Json | None) -> Json:
    """Give an invoice its lines and its address, and tell of it."""
    shown = [{**line, "invoice": invoice["id"]} for line in lines]
    made = turn.ledger.change(
        invoice,
        parent=invoice_lines.parent(sub) if sub else None,
        hosted_invoice_url=f"{turn.base_address}/invoice/{invoice['id']}",
        lines=invoice_lines.as_list(invoice["id"], shown),
        status_transitions={**invoice["status_transitions"], "finalized_at": turn.now},
    )
    draft = {**made, "status": "draft", "number": None, "hosted_invoice_url": None}
    events.record(turn, "invoice.created", draft)
    events.record(turn, "invoice.finalized", made)
    return made


def pay(
    turn: Turn, invoice: Json, method: Json | None, *, is_there: bool = False
) -> tuple[Json, bool]:
    """Try to take the money; nothing to take counts as paid."""
    if not invoice["amount_due"]:
        return paid(turn, invoice), True
    if method is None:
        return unpaid(turn, invoice), False
    intent, why = off_session.charge(turn, invoice, method, is_there=is_there)
    is_known = any(
        each["payment"]["payment_intent"] == intent["id"]
        for each in turn.ledger.children(invoice["id"], "invoice_payment")
    )
    if not is_known:
        book(turn, invoice, intent)
    if why and intent["status"] == "requires_action" and not is_known:
        events.record(turn, "invoice.payment_action_required", invoice)
    return (unpaid(turn, invoice), False) if why else (paid(turn, invoice), True)


def paid(turn: Turn, invoice: Json) -> Json:
    """Mark an invoice paid."""
    after = turn.ledger.change(
        invoice,
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempt_count=invoice["attempt_count"] + (1 if invoice["amount_due"] else 0),
        attempted=True,
        auto_advance=False,
        next_payment_attempt=None,
        status="paid",
        status_transitions={**invoice["status_transitions"], "paid_at": turn.now},
    )
    events.record(turn, "invoice.paid", after)
    events.record(turn, "invoice.payment_succeeded", after)
    return after


def unpaid(turn: Turn, invoice: Json) -> Json:
    """Write down a try that failed."""
    return turn.ledger.change(
        invoice, attempt_count=invoice["attempt_count"] + 1, attempted=True
    )


def tell_failed(turn: Turn, invoice: Json, next_try: int | None) -> Json:
    """Say that a try failed, and when the next one is."""
    after = turn.ledger.change(invoice, next_payment_attempt=next_try)
    events.record(turn, "invoice.payment_failed", after)
    return after


def book(turn: Turn, invoice: Json, intent: Json) -> Json:
    """Tie a payment to its invoice."""
    done = intent["status"] == "succeeded"
    return turn.ledger.add(
        "invoice_payment",
        turn.now,
        parent=invoice["id"],
        amount_paid=intent["amount_received"] if done else None,
        amount_requested=intent["amount"],
        currency=intent["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="paid" if done else "open",
        status_transitions={"canceled_at": None, "paid_at": turn.now if done else None},
    )


def for_session(turn: Turn, session: Json, intent: Json | None) -> Json:
    """Write the paid invoice of a single payment."""
    items = turn.ledger.children(session["id"], "item")
    details = session["customer_details"] or {}
    made = write(
        turn,
        [invoice_lines.of_item(item, turn.now) for item in items],
        invoice_lines.sums_of(session),
        billing_reason="manual",
        customer=session["customer"],
        customer_email=details.get("email"),
        customer_name=details.get("name"),
    )
    if intent:
        book(turn, made, intent)
    return paid(turn, made)


def listed(turn: Turn, params: Json) -> Json:
    """Answer the newest invoices first."""
    where = [same(name, params[name]) for name in ("customer", "status") if name in params]
    if "subscription" in params:
        field = objects.c.body[("parent", "subscription_details", "subscription")]
        where.append(field.as_string() == params["subscription"])
    return listing(turn.ledger, Page(KIND, URL, params, where))


def payments(turn: Turn, params: Json) -> Json:
    """Answer which payments paid invoices, the newest first."""
    where = [same(name, params[name]) for name in ("invoice", "status") if name in params]
    asked = params.get("payment") or {}
    if "payment_intent" in asked:
        field = objects.c.body[("payment", "payment_intent")]
        where.append(field.as_string() == asked["payment_intent"])
    return listing(turn.ledger, Page("invoice_payment", "/v1/invoice_payments", params, where))


ENDPOINTS = (
    Endpoint("GET", "/v1/invoice_payments", "InvoicePaymentListParams", payments),
    Endpoint("GET", URL, "InvoiceListParams", listed),
    Endpoint("GET", f"{URL}/<object_id>", "InvoiceRetrieveParams", read(KIND)),
)
