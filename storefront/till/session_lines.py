"""Turn a session request into products, prices, line items and shipping options."""

from dataclasses import dataclass
from fractions import Fraction

from storefront.till import amounts, errors
from storefront.till.amounts import Amounts, Rate
from storefront.till.ledger import Json
from storefront.till.turn import Turn


@dataclass(frozen=True)
class Line:
    """Hold one line with its price, before any discount."""

    price: Json
    quantity: int
    subtotal: int
    rates: tuple[Rate, ...]
    description: str
    metadata: Json


def read_line(turn: Turn, item: Json, path: str) -> Line:
    """Make the inline product and price of a line and multiply it out."""
    facts = item["price_data"]
    unit = unit_amount(facts, path)
    price = add_price(turn, facts, unit)
    return Line(
        price=price,
        quantity=item["quantity"],
        subtotal=amounts.rounded(unit * item["quantity"]),
        rates=tuple(tax_rate(turn, rate, path) for rate in item.get("tax_rates") or []),
        description=facts["product_data"]["name"],
        metadata=item.get("metadata") or {},
    )


def unit_amount(facts: Json, path: str) -> Fraction:
    """Read the price of one piece, which may have decimals."""
    given = facts["unit_amount" if "unit_amount" in facts else "unit_amount_decimal"]
    try:
        unit = Fraction(given) if isinstance(given, int) else amounts.exact(given)
    except ValueError as error:
        raise errors.invalid(f"Invalid decimal: {given}", f"{path}[price_data]") from error
    if unit < 0:
        raise errors.invalid("Invalid non-negative decimal.", f"{path}[price_data]")
    return unit


def add_price(turn: Turn, facts: Json, unit: Fraction) -> Json:
    """Keep the product and the price a line was written with."""
    named = facts["product_data"]
    product = turn.ledger.add(
        "product",
        turn.now,
        active=True,
        name=named["name"],
        updated=turn.now,
        **{key: named[key] for key in ("description", "images", "metadata") if key in named},
    )
    return turn.ledger.add(
        "price",
        turn.now,
        currency=facts["currency"].lower(),
        product=product["id"],
        tax_behavior=facts.get("tax_behavior", "unspecified"),
        unit_amount=int(unit) if unit.denominator == 1 else None,
        unit_amount_decimal=str(facts.get("unit_amount_decimal", facts.get("unit_amount"))),
    )


def tax_rate(turn: Turn, rate_id: str, path: str) -> Rate:
    """Find a tax rate a line names."""
    found = turn.ledger.get(rate_id, "tax_rate", f"{path}[tax_rates]")
    return Rate(Fraction(str(found["percentage"])), found["inclusive"])


def keep_line(turn: Turn, session_id: str, line: Line, sums: Amounts) -> None:
    """Keep a line item of a session."""
    turn.ledger.add(
        "item",
        turn.now,
        parent=session_id,
        amount_discount=sums.discount,
        amount_subtotal=sums.subtotal,
        amount_tax=sums.tax,
        amount_total=sums.total,
        currency=line.price["currency"],
        description=line.description,
        metadata=line.metadata,
        price=line.price,
        quantity=line.quantity,
    )


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
        return turn.ledger.get(wanted, "shipping_rate", f"{path}[shipping_rate]")
    facts = option["shipping_rate_data"]
    fixed = facts["fixed_amount"]
    return turn.ledger.add(
        "shipping_rate",
        turn.now,
        active=True,
        delivery_estimate=estimate(facts.get("delivery_estimate")),
        display_name=facts["display_name"],
        fixed_amount={"amount": fixed["amount"], "currency": fixed["currency"].lower()},
        metadata=facts.get("metadata") or {},
        tax_behavior=facts.get("tax_behavior", "unspecified"),
    )


def estimate(given: Json | None) -> Json | None:
    """Fill in the end of a delivery estimate that was left out."""
    return given and {"maximum": None, "minimum": None, **given}
