"""Sums: what some lines and their delivery come to, and the tax; whole minor units."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from storefront.money import shares, tax_inside, tax_on_top

Kind = Literal["goods", "delivery", "gift_card"]


@dataclass(frozen=True)
class PricedLine:
    """Some pieces at their price, with their share of all discounts and of the tax."""

    sku: str
    quantity: int
    unit_price_minor: int
    tax_basis_points: int
    tax_category: str = "standard"
    discount_minor: int = 0
    tax_minor: int = 0  # written by `totals`

    @property
    def full_minor(self) -> int:
        """Give what the line comes to before discounts."""
        return self.unit_price_minor * self.quantity

    @property
    def total_minor(self) -> int:
        """Give what the line comes to."""
        return self.full_minor - self.discount_minor


@dataclass(frozen=True)
class TaxPart:
    """The tax of one rate in a total."""

    basis_points: int
    tax_minor: int


@dataclass(frozen=True)
class Explained:
    """What one rule took off, in words: a row of the sum."""

    kind: Kind
    label: str
    minor: int  # taken off, so never negative
    code: str = ""  # the code that was typed; of a gift card only its last characters

    def as_json(self) -> dict[str, Any]:
        """Give the row as an order keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Totals:
    """What an order comes to; tax lies inside the amounts except for `tax_added_minor`."""

    lines: tuple[PricedLine, ...]
    subtotal_minor: int  # goods before discounts
    shipping_minor: int  # after free delivery
    tax_parts: tuple[TaxPart, ...]
    discount_minor: int = 0  # off the goods
    tax_added_minor: int = 0
    gift_minor: int = 0  # what gift cards pay of the total
    explained: tuple[Explained, ...] = ()

    @property
    def goods_minor(self) -> int:
        """Give what the goods come to after discounts."""
        return self.subtotal_minor - self.discount_minor

    @property
    def total_minor(self) -> int:
        """Give what is to be paid in all."""
        return self.goods_minor + self.shipping_minor + self.tax_added_minor

    @property
    def charge_minor(self) -> int:
        """Give what is left to pay by card or bank after gift cards."""
        return self.total_minor - self.gift_minor

    @property
    def tax_minor(self) -> int:
        """Give all of the tax, inside the prices or on top of them."""
        return sum(part.tax_minor for part in self.tax_parts)

    def paid_by_gift(self, minor: int, explained: Sequence[Explained]) -> "Totals":
        """Give the same sum with a part of it paid by gift cards.

        Raises:
            ValueError: it is negative, or more than the total.
        """
        if not 0 <= minor <= self.total_minor:
            message = f"gift cards cannot pay {minor} of {self.total_minor}"
            raise ValueError(message)
        return replace(self, gift_minor=minor, explained=(*self.explained, *explained))


def totals(
    lines: Sequence[PricedLine],
    shipping_minor: int,
    *,
    tax_is_added: bool = False,
    explained: Sequence[Explained] = (),
) -> Totals:
    """Sum lines and delivery; delivery is taxed in the proportion of the goods it carries.

    The tax of a rate is rounded once, on all that is sold at this rate, and then split over its
    lines and their delivery with the largest remainder.

    Raises:
        ValueError: there are no lines, or one is discounted below zero.
    """
    if not lines or any(line.total_minor < 0 or line.discount_minor < 0 for line in lines):
        message = "there is nothing to sum, or a line below zero"
        raise ValueError(message)
    freight = _split(shipping_minor, [line.total_minor for line in lines])
    parts, taxed = [], list(lines)
    for rate in sorted({line.tax_basis_points for line in lines}, reverse=True):
        mine = [i for i, line in enumerate(lines) if line.tax_basis_points == rate]
        goods = [lines[i].total_minor for i in mine]
        base = sum(goods) + sum(freight[i] for i in mine)
        tax = tax_on_top(base, rate) if tax_is_added else tax_inside(base, rate)
        parts.append(TaxPart(rate, tax))
        for i, share in zip(mine, _split(tax, [*goods, base - sum(goods)]), strict=False):
            taxed[i] = replace(lines[i], tax_minor=share)
    return Totals(
        lines=tuple(taxed),
        subtotal_minor=sum(line.full_minor for line in lines),
        discount_minor=sum(line.discount_minor for line in lines),
        shipping_minor=shipping_minor,
        tax_parts=tuple(parts),
        tax_added_minor=sum(part.tax_minor for part in parts) if tax_is_added else 0,
        explained=tuple(explained),
    )


def _split(minor: int, weights: Sequence[int]) -> list[int]:
    """Split by weights, or evenly where nothing weighs."""
    return shares(minor, weights if any(weights) else [1] * len(weights))
