"""Price 10,000 made-up carts and count every minor unit that does not add up.

    python -m benchmarks.carts_sum [--carts 10000]

Several currencies, also without decimals and with three; every kind of promotion, codes, gift cards,
tax inside the prices and on top of them. The figure to reach is a drift of 0.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from random import Random

from storefront.pricing import promotions
from storefront.pricing.promotions import Cart, Line, Rule
from storefront.pricing.quote import summed
from storefront.pricing.totals import Explained, PricedLine, Totals

UNITS = {"EUR": 100, "USD": 100, "HUF": 100, "JPY": 1, "KWD": 1000}  # minor units in one
RATES = (0, 500, 700, 1000, 1900, 2100, 2550)
KINDS = ("percent", "fixed", "free_delivery", "buy_get", "kit_price")


@dataclass(frozen=True)
class Made:
    """A cart, its sums, and what they have to be measured by."""

    currency: str
    lines: tuple[PricedLine, ...]
    delivery_minor: int
    tax_is_added: bool
    sums: Totals


def made(seed: int) -> Made:
    """Make a cart from a number, and price it; the same number makes the same cart."""
    dice = Random(seed)
    currency = dice.choice(list(UNITS))
    lines = tuple(_line(dice, place, UNITS[currency]) for place in range(dice.randint(1, 8)))
    delivery = dice.choice([0, dice.randint(1, 20 * UNITS[currency])])
    cart = Cart(
        tuple(
            Line(f"p{place % 5}", line.quantity, line.unit_price_minor, frozenset({f"c{place % 2}"}))
            for place, line in enumerate(lines)
        ),
        delivery, dice.random() < 0.8, dice.random() < 0.3,
    )  # fmt: skip
    rules = [_rule(dice, number, UNITS[currency]) for number in range(dice.randint(0, 5))]
    added = dice.random() < 0.4
    sums = summed(lines, delivery, promotions.best(rules, cart), tax_is_added=added)
    gift = dice.choice([0, 0, sums.total_minor, dice.randint(0, sums.total_minor)])
    row = Explained("gift_card", "Gift card", gift)
    return Made(
        currency, lines, delivery, added, sums.paid_by_gift(gift, [row] if gift else [])
    )


def _line(dice: Random, place: int, unit: int) -> PricedLine:
    price = dice.choice([0, 1, dice.randint(1, 10 * unit), dice.randint(1, 500 * unit)])
    return PricedLine(
        f"SKU-{place}", dice.choice([1, 1, 2, 3, 7, 99]), price, dice.choice(RATES)
    )


def _rule(dice: Random, number: int, unit: int) -> Rule:
    products = frozenset(f"p{dice.randint(0, 5)}" for _ in range(dice.randint(0, 2)))
    return Rule(
        id=number, kind=dice.choice(KINDS), name=f"Rule {number}", code=dice.choice(["", f"CODE{number}"]),
        basis_points=dice.choice([1, 333, 1000, 5000, 9999, 10_000]), amount_minor=dice.randint(0, 50 * unit),
        buy=dice.randint(1, 3), get=dice.randint(1, 2), kit=(("p0", 1), (f"p{dice.randint(1, 4)}", dice.randint(1, 2))),
        products=products, collections=dice.choice([frozenset(), frozenset({"c0"})]),
        min_spend_minor=dice.choice([0, dice.randint(0, 100 * unit)]), first_order_only=dice.random() < 0.2,
        combines=dice.random() < 0.8, left_minor=dice.choice([None, dice.randint(0, 50 * unit)]),
    )  # fmt: skip


def drift(cart: Made) -> list[str]:
    """List what does not add up in a cart; nothing is what a right one says."""
    sums, shares = cart.sums, sum(line.tax_minor for line in cart.sums.lines)
    full = sum(line.quantity * line.unit_price_minor for line in cart.lines)
    rows = {
        kind: sum(row.minor for row in sums.explained if row.kind == kind)
        for kind in ("goods", "delivery", "gift_card")
    }
    truths = {
        "the subtotal is the full prices": sums.subtotal_minor == full,
        "the lines sum to the goods": sum(line.total_minor for line in sums.lines) == sums.goods_minor,
        "no line is negative": all(line.total_minor >= 0 and line.discount_minor >= 0 for line in sums.lines),
        "lines, delivery and added tax are the total": sums.total_minor
        == sum(line.total_minor for line in sums.lines) + sums.shipping_minor + sums.tax_added_minor,
        "the tax parts are the tax": sum(part.tax_minor for part in sums.tax_parts) == sums.tax_minor,
        "tax is added whole or not at all": sums.tax_added_minor == (sums.tax_minor if cart.tax_is_added else 0),
        "the shares of tax are the tax of the goods": 0 <= shares <= sums.tax_minor
        and (sums.shipping_minor > 0 or shares == sums.tax_minor),
        "the rows are the discounts": rows["goods"] == sums.discount_minor,
        "the rows are what delivery lost": rows["delivery"] == cart.delivery_minor - sums.shipping_minor,
        "gift cards and charge are the total": sums.gift_minor + sums.charge_minor == sums.total_minor
        and rows["gift_card"] == sums.gift_minor and min(sums.gift_minor, sums.charge_minor) >= 0,
        "every amount is a whole number": all(type(amount) is int for amount in _amounts(sums)),
    }  # fmt: skip
    return [truth for truth, holds in truths.items() if not holds]


def _amounts(value: object) -> Iterator[object]:
    """Give every number inside; a float among them would be found."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _amounts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _amounts(each)
    elif isinstance(value, int | float):
        yield value


def main() -> int:
    """Print the figures; 1 when anything drifts."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--carts", type=int, default=10_000)
    count = asked.parse_args().carts
    wrong, currencies, discounted, gifted, added = {}, {}, 0, 0, 0
    for seed in range(count):
        cart = made(seed)
        currencies[cart.currency] = currencies.get(cart.currency, 0) + 1
        discounted += bool(cart.sums.explained)
        gifted += bool(cart.sums.gift_minor)
        added += cart.tax_is_added
        if found := drift(cart):
            wrong[seed] = found
    print(
        f"{count} carts: {', '.join(f'{n} {name}' for name, n in sorted(currencies.items()))}"
    )
    print(
        f"{discounted} with rules or gift cards, {gifted} with gift cards, {added} with tax on top"
    )
    for seed, found in list(wrong.items())[:10]:
        print(f"cart {seed}: {'; '.join(found)}")
    print(f"drift: {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
