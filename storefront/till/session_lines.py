"""Turn a session request into products, prices, line items and shipping options."""

from storefront.till import amounts, errors, prices, products, shipping_rates
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def keep_lines(turn: Turn, session_id: str, params: Json) -> list[Json]:
    """Keep the lines of a request: one currency, and the rhythm its mode asks for.

    Raises:
        ApiError: the lines do not go together.
    """
    trial = bool(
        params.get("subscription_data", {}).keys() & {"trial_period_days", "trial_end"}
    )
    lines = [
        keep_line(turn, session_id, item, f"line_items[{place}]", trial=trial)
        for place, item in enumerate(params["line_items"])
    ]
    if len({line["currency"] for line in lines}) > 1:
        raise errors.invalid("All line items must have the same currency.", "line_items")
    rhythms = [line["price"]["recurring"] for line in lines if line["price"]["recurring"]]
    if params["mode"] == "payment" and rhythms:
        raise errors.invalid("mode=payment takes one-time prices only.", "line_items")
    if params["mode"] == "subscription" and not rhythms:
        raise errors.invalid(
            "mode=subscription takes at least one recurring price.", "line_items"
        )
    if len({(one["interval"], one["interval_count"]) for one in rhythms}) > 1:
        raise errors.invalid("All recurring prices must have one interval.", "line_items")
    return lines


def keep_line(
    turn: Turn, session_id: str, item: Json, path: str, *, trial: bool = False
) -> Json:
    """Keep a line item with its price, before any discount or tax; a trial costs nothing."""
    price, name = price_of(turn, item, path)
    unit = amounts.exact(price["unit_amount_decimal"])
    quantity = item.get("quantity", 1)
    free = trial and price["recurring"]
    subtotal = 0 if free else amounts.rounded(unit * quantity)
    rates = item.get("tax_rates") or []
    for rate in rates:
        turn.ledger.get(rate, "tax_rate", f"{path}[tax_rates]")
    return turn.ledger.add(
        "item",
        turn.now,
        parent=session_id,
        notes={"rates": rates},
        amount_subtotal=subtotal,
        amount_total=subtotal,
        currency=price["currency"],
        description=name,
        metadata=item.get("metadata") or {},
        price=price,
        quantity=quantity,
    )


def price_of(turn: Turn, item: Json, path: str) -> tuple[Json, str]:
    """Find or make the price of a line, and the name of its product."""
    if "price" in item:
        price = turn.ledger.get(item["price"], prices.KIND, f"{path}[price]")
        if not price["active"]:
            message = "The price specified is inactive. This field only accepts active prices."
            raise errors.invalid(message, f"{path}[price]")
        return price, turn.ledger.get(price["product"], products.KIND)["name"]
    facts = item["price_data"]
    if "product" in facts:
        product = turn.ledger.get(
            facts["product"], products.KIND, f"{path}[price_data][product]"
        )
    else:
        product = products.add(turn, facts["product_data"])
    unit = prices.unit_amount(facts, f"{path}[price_data]")
    return prices.add(turn, facts, unit, product["id"]), product["name"]


def shipping_options(turn: Turn, params: Json, currency: str) -> list[Json]:
    """Make or find the shipping rates a session offers."""
    offered = []
    for place, option in enumerate(params.get("shipping_options") or []):
        path = f"shipping_options[{place}]"
        rate = shipping_rate(turn, option, path)
        if rate["fixed_amount"]["currency"] != currency:
            raise errors.invalid("Shipping must be in the currency of the line items.", path)
        amount = rate["fixed_amount"]["amount"]
        offered.append({"shipping_amount": amount, "shipping_rate": rate["id"]})
    return offered


def shipping_rate(turn: Turn, option: Json, path: str) -> Json:
    """Make the inline shipping rate of an option, or find the one it names."""
    if "shipping_rate" in option:
        wanted = option["shipping_rate"]
        return turn.ledger.get(wanted, shipping_rates.KIND, f"{path}[shipping_rate]")
    return shipping_rates.create(turn, option["shipping_rate_data"])
