"""Tax that Stripe worked out on the pay page: written into the order when the money comes."""

from collections.abc import Sequence
from typing import Protocol

from storefront.money import rounded, shares, tax_inside
from storefront.pricing.tax import STANDARD, published_rates

NEAREST = 10  # basis points; what one order tells of a rate is no more exact than that


class TaxedLine(Protocol):
    """What of an order line the tax touches."""

    total_minor: int
    tax_minor: int
    tax_basis_points: int


class TaxedOrder(Protocol):
    """What of an order the tax touches."""

    shipping_minor: int
    total_minor: int
    tax_minor: int


def note(order: TaxedOrder, lines: Sequence[TaxedLine], told_minor: int, country: str) -> None:
    """Write down the tax inside an order's total, and its share in each line.

    More tax than there is total would be an error of the other side; it is held to the total.
    """
    told = max(0, min(told_minor, order.total_minor))
    weights = [*(line.total_minor for line in lines), order.shipping_minor]
    parts = shares(told, weights if any(weights) else [1] * len(weights))
    rate = _rate(told, order.total_minor, country, slack=len(weights))
    order.tax_minor = told
    for line, part in zip(lines, parts, strict=False):  # the last part is that of delivery
        line.tax_minor, line.tax_basis_points = part, rate


def _rate(told: int, total: int, country: str, *, slack: int) -> int:
    """Tell the rate that a sum of tax came from: the published one where it fits."""
    standard = published_rates(country).get(STANDARD, 0)
    if abs(tax_inside(total, standard) - told) <= slack:
        return standard
    exact = rounded(told * 10_000, total - told) if total > told else 0
    return rounded(exact, NEAREST) * NEAREST
