"""Work a session's sums out: from its lines, discount, delivery and the buyer's country."""

from collections.abc import Sequence

from storefront.till import amounts, discounts, taxing
from storefront.till.amounts import Amounts, Rate
from storefront.till.errors import invalid
from storefront.till.ledger import Json
from storefront.till.turn import Turn

Taxed = tuple[Amounts, Sequence[Rate]]


def reckon(turn: Turn, session: Json, chosen: str | None) -> Json:
    """Write the sums into a session and its lines; `chosen` is the shipping rate.

    Raises:
        ApiError: the total is too large or too small to be charged.
    """
    country = taxing.country_of(turn, session)
    lines = sums_of_lines(turn, session, country)
    freight = sums_of_freight(turn, session, chosen, country)
    goods = amounts.together([sums for sums, _rates in lines])
    breakdown = {
        "discounts": discounts.parts(session, goods.discount, turn.now),
        "taxes": added_up(turn, [*lines, *([freight] if freight else [])], session),
    }
    turn.ledger.note(session["id"], breakdown=breakdown)
    total = goods.total + (freight[0].total if freight else 0)
    refuse_odd_total(total, session["currency"])
    return turn.ledger.change(
        session,
        amount_subtotal=goods.subtotal,
        amount_total=total,
        automatic_tax=tax_state(session["automatic_tax"], country),
        shipping_cost=shipping_cost(turn, session, freight, chosen),
        total_details={
            "amount_discount": goods.discount,
            "amount_shipping": freight[0].subtotal if freight else 0,
            "amount_tax": goods.tax + (freight[0].tax if freight else 0),
        },
    )


def sums_of_lines(turn: Turn, session: Json, country: str | None) -> list[Taxed]:
    """Share the discount over the lines and tax each."""
    items = turn.ledger.children(session["id"], "item")
    subtotals = [item["amount_subtotal"] for item in items]
    off = discounts.amount_off(turn, session["discounts"], sum(subtotals))
    found: list[Taxed] = []
    for item, less in zip(items, amounts.shares(off, subtotals), strict=True):
        rates = taxing.rates_of_line(turn, session, item, country)
        sums = amounts.line(item["amount_subtotal"], less, rates)
        keep(turn, session, item, (sums, rates))
        found.append((sums, rates))
    return found


def keep(turn: Turn, session: Json, item: Json, taxed: Taxed) -> None:
    """Write a line's sums, and what it shows only when asked for."""
    sums, rates = taxed
    turn.ledger.change(
        item, amount_discount=sums.discount, amount_tax=sums.tax, amount_total=sums.total
    )
    turn.ledger.note(
        item["id"],
        discounts=discounts.parts(session, sums.discount, turn.now),
        taxes=taxes(turn, sums, rates, session),
    )


def sums_of_freight(
    turn: Turn, session: Json, chosen: str | None, country: str | None
) -> Taxed | None:
    """Tax the chosen delivery."""
    if chosen is None:
        return None
    rate = turn.ledger.get(chosen, "shipping_rate")
    rates = taxing.rates_of_freight(turn, session, rate, country)
    return amounts.line(rate["fixed_amount"]["amount"], 0, rates), rates


def shipping_cost(
    turn: Turn, session: Json, freight: Taxed | None, chosen: str | None
) -> Json | None:
    """Say what the chosen delivery comes to."""
    if freight is None:
        return None
    sums, rates = freight
    turn.ledger.note(session["id"], freight_taxes=taxes(turn, sums, rates, session))
    cost = {"amount_subtotal": sums.subtotal, "amount_tax": sums.tax}
    return {**cost, "amount_total": sums.total, "shipping_rate": chosen}


def taxes(turn: Turn, sums: Amounts, rates: Sequence[Rate], session: Json) -> list[Json]:
    """Write each rate's tax the way a line shows it."""
    reason = "standard_rated" if session["automatic_tax"]["enabled"] else None
    return [
        {
            "amount": amount,
            "rate": turn.ledger.get(rate.id, "tax_rate"),
            "taxability_reason": reason,
            "taxable_amount": sums.taxable,
        }
        for amount, rate in zip(sums.taxes, rates, strict=True)
    ]


def added_up(turn: Turn, parts: Sequence[Taxed], session: Json) -> list[Json]:
    """Add the tax of all lines up, rate by rate."""
    whole: dict[str, Json] = {}
    for sums, rates in parts:
        for tax in taxes(turn, sums, rates, session):
            known = whole.setdefault(
                tax["rate"]["id"], {**tax, "amount": 0, "taxable_amount": 0}
            )
            known["amount"] += tax["amount"]
            known["taxable_amount"] += tax["taxable_amount"]
    return list(whole.values())


def tax_state(automatic: Json, country: str | None) -> Json:
    """Say how far automatic tax has come."""
    if not automatic["enabled"]:
        return automatic
    return {**automatic, "status": "complete" if country else "requires_location_inputs"}


def refuse_odd_total(total: int, currency: str) -> None:
    """Take nothing, or an amount that can be charged."""
    if total > amounts.LARGEST:
        raise invalid("Amount must be no more than 99999999.", "line_items", "amount_too_large")
    least = amounts.SMALLEST.get(currency, 1)
    if 0 < total < least:
        raise invalid(
            f"The Checkout Session's total amount must be at least {least} {currency.upper()}"
            " (minor units).",
            "line_items",
            "amount_too_small",
        )
