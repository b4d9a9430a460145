"""Add up a session: subtotals, discounts, taxes; all in whole minor units."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from storefront.till import errors

DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
LARGEST = 99_999_999  # Stripe's eight digits
SMALLEST = {"eur": 50, "usd": 50, "chf": 50, "gbp": 30}


@dataclass(frozen=True)
class Rate:
    """Hold one tax rate in percent."""

    percent: Fraction
    inclusive: bool
    id: str = ""


@dataclass(frozen=True)
class Amounts:
    """Hold what one line or one session comes to."""

    subtotal: int = 0
    discount: int = 0
    tax: int = 0
    total: int = 0
    taxes: tuple[int, ...] = field(default=(), compare=False)  # of each rate, in its order
    taxable: int = field(default=0, compare=False)


def exact(text: str) -> Fraction:
    """Read a plain decimal of at most 12 digits on either side of the point.

    Raises:
        ValueError: the text is anything else.
    """
    if not DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


def percentage(text: str, path: str) -> float:
    """Read a percentage from 0 to 100."""
    try:
        percent = exact(text)
    except ValueError as error:
        raise errors.invalid(f"Invalid decimal: {text}", path) from error
    if not 0 <= percent <= 100:
        raise errors.invalid("A percentage lies between 0 and 100.", path)
    return float(percent)


def rounded(amount: Fraction) -> int:
    """Round half up to a whole minor unit."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def line(subtotal: int, discount: int, rates: Sequence[Rate]) -> Amounts:
    """Take the discount off, then find the tax inside or on top of what is left."""
    left = subtotal - discount
    within = [rate.percent if rate.inclusive else Fraction(0) for rate in rates]
    net = Fraction(left * 100) / (100 + sum(within))
    inside = rounded(left - net)
    scale = math.lcm(*(percent.denominator for percent in within))
    parts = shares(inside, [int(percent * scale) for percent in within])
    on_top = [0 if rate.inclusive else rounded(net * rate.percent / 100) for rate in rates]
    taxes = tuple(part + added for part, added in zip(parts, on_top, strict=True))
    total = left + sum(on_top)
    return Amounts(subtotal, discount, sum(taxes), total, taxes, rounded(net))


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight so that the parts add up to it exactly."""
    whole, given, parts = sum(weights), 0, []
    for reached in accumulated(weights):
        upto = amount * reached // whole if whole else 0
        parts.append(upto - given)
        given = upto
    return parts


def accumulated(weights: Sequence[int]) -> list[int]:
    """Add the weights up one after another."""
    return [sum(weights[: place + 1]) for place in range(len(weights))]


def together(parts: Sequence[Amounts]) -> Amounts:
    """Add lines up."""
    return Amounts(
        sum(part.subtotal for part in parts),
        sum(part.discount for part in parts),
        sum(part.tax for part in parts),
        sum(part.total for part in parts),
    )
