"""Sums: what some lines and their delivery come to, and the tax inside; whole minor units."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.money import shares, tax_inside


@dataclass(frozen=True)
class PricedLine:
    """Some pieces at their price; tax included."""

    sku: str
    quantity: int
    unit_price_minor: int
    tax_basis_points: int

    @property
    def total_minor(self) -> int:
        """Give what the line comes to."""
        return self.unit_price_minor * self.quantity

    @property
    def tax_minor(self) -> int:
        """Give the tax inside the line."""
        return tax_inside(self.total_minor, self.tax_basis_points)


@dataclass(frozen=True)
class TaxPart:
    """The tax of one rate inside a total."""

    basis_points: int
    tax_minor: int


@dataclass(frozen=True)
class Totals:
    """What an order comes to; tax is inside every amount."""

    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    shipping_minor: int
    tax_parts: tuple[TaxPart, ...]

    @property
    def total_minor(self) -> int:
        """Give what is to be paid."""
        return self.subtotal_minor + self.shipping_minor

    @property
    def tax_minor(self) -> int:
        """Give the tax inside what is to be paid."""
        return sum(part.tax_minor for part in self.tax_parts)


def totals(lines: Sequence[PricedLine], shipping_minor: int) -> Totals:
    """Sum lines and delivery; delivery is taxed in the proportion of the goods it carries.

    Raises:
        ValueError: there are no lines.
    """
    if not lines:
        message = "there is nothing to sum"
        raise ValueError(message)
    parts = [TaxPart(line.tax_basis_points, line.tax_minor) for line in lines]
    parts += _tax_of_shipping(lines, shipping_minor)
    rates = sorted({part.basis_points for part in parts}, reverse=True)
    return Totals(
        lines=tuple(lines),
        subtotal_minor=sum(line.total_minor for line in lines),
        shipping_minor=shipping_minor,
        tax_parts=tuple(
            TaxPart(rate, sum(part.tax_minor for part in parts if part.basis_points == rate))
            for rate in rates
        ),
    )


def _tax_of_shipping(lines: Sequence[PricedLine], shipping_minor: int) -> list[TaxPart]:
    weights = [line.total_minor for line in lines]
    split = shares(shipping_minor, weights if sum(weights) else [1] * len(lines))
    by_rate: dict[int, int] = {}
    for line, part in zip(lines, split, strict=True):
        by_rate[line.tax_basis_points] = by_rate.get(line.tax_basis_points, 0) + part
    return [TaxPart(rate, tax_inside(amount, rate)) for rate, amount in by_rate.items()]
