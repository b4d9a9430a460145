"""Write the lines of an invoice."""

from storefront.till import amounts, paging, skeleton
from storefront.till.ledger import Json


def of_item(item: Json, now: int) -> Json:
    """Turn a session's line into an invoice's."""
    line = bare(item["price"], item["quantity"], item["amount_subtotal"], (now, now))
    return {**line, "id": f"il_{item['id'][3:]}", "description": item["description"]}


def of_subscription(sub: Json, item: Json, period: tuple[int, int], *, free: bool) -> Json:
    """Write the line of one subscription item for a period; a trial costs nothing."""
    price, quantity = item["price"], item["quantity"]
    unit = amounts.exact(price["unit_amount_decimal"])
    amount = 0 if free else amounts.rounded(unit * quantity)
    details: Json = {"invoice_item": None, "proration": False, "proration_details": None}
    details |= {"subscription": sub["id"], "subscription_item": item["id"]}
    parent = {"subscription_item_details": details, "type": "subscription_item_details"}
    return {
        **bare(price, quantity, amount, period),
        "description": "Trial period" if free else f"{quantity} × subscription",
        "id": f"il_{item['id'][3:]}{period[0]}",
        "parent": {**parent, "invoice_item_details": None},
        "subscription": sub["id"],
    }


def bare(price: Json, quantity: int, amount: int, period: tuple[int, int]) -> Json:
    """Write what every line has."""
    sold = {"price": price["id"], "product": price["product"]}
    return skeleton.make(
        "line_item",
        amount=amount,
        currency=price["currency"],
        discount_amounts=[],
        discountable=True,
        period={"start": period[0], "end": period[1]},
        pricing={
            "price_details": sold,
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        quantity=quantity,
        quantity_decimal=str(quantity),
        subtotal=amount,
        taxes=[],
    )


def parent(sub: Json) -> Json:
    """Say which subscription an invoice is of."""
    details = {"metadata": sub["metadata"], "subscription": sub["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def as_list(invoice_id: str, lines: list[Json]) -> Json:
    """Wrap an invoice's lines."""
    return paging.as_list(f"/v1/invoices/{invoice_id}/lines", lines)


def sums_of(session: Json) -> Json:
    """Take an invoice's sums from the session it was paid by."""
    details = session["total_details"]
    return {
        "subtotal": session["amount_subtotal"],
        "tax": details["amount_tax"],
        "total": session["amount_total"],
    }


def sums(lines: list[Json]) -> Json:
    """Add lines up that have neither discount nor tax."""
    whole = sum(line["amount"] for line in lines)
    return {"subtotal": whole, "tax": 0, "total": whole}
