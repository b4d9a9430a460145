"""Write a sum row by row: every rule that took something off has a row, and the rows add up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from storefront.pricing.totals import Explained

MINUS = "\N{MINUS SIGN}"
Text = Callable[[int], str]


@dataclass(frozen=True)
class Row:
    """One row of a sum."""

    label: str
    text: str
    grand: bool = False


class Summed(Protocol):
    """What a cart's totals and an order have in common."""

    @property
    def subtotal_minor(self) -> int: ...  # noqa: D102
    @property
    def shipping_minor(self) -> int: ...  # noqa: D102
    @property
    def tax_added_minor(self) -> int: ...  # noqa: D102
    @property
    def total_minor(self) -> int: ...  # noqa: D102
    @property
    def gift_minor(self) -> int: ...  # noqa: D102
    @property
    def charge_minor(self) -> int: ...  # noqa: D102


def sum_rows(
    sums: Summed, explained: Iterable[Explained], taxes: Iterable[tuple[str, int]],
    delivery: str, text: Text,
) -> list[Row]:  # fmt: skip
    """Write goods, discounts, delivery, tax and gift cards; `taxes` are labels and amounts."""
    by_kind: dict[str, list[Explained]] = {"goods": [], "delivery": [], "gift_card": []}
    for each in explained:
        by_kind[each.kind].append(each)
    freight = sums.shipping_minor + sum(each.minor for each in by_kind["delivery"])
    taxed = [(label, minor) for label, minor in taxes if minor]
    shown = [Row("Goods", text(sums.subtotal_minor)), *_off(by_kind["goods"], text)]
    shown += [
        Row(delivery, text(freight) if freight else "Free"),
        *_off(by_kind["delivery"], text),
    ]
    if sums.tax_added_minor:
        shown += [Row(label, text(minor)) for label, minor in taxed]
    shown.append(Row("Total", text(sums.total_minor), grand=not sums.gift_minor))
    if not sums.tax_added_minor:
        shown += [Row(f"including {label}", text(minor)) for label, minor in taxed]
    if sums.gift_minor:
        shown += _off(by_kind["gift_card"], text)
        shown.append(Row("To pay", text(sums.charge_minor), grand=True))
    return shown


def _off(explained: Iterable[Explained], text: Text) -> list[Row]:
    return [Row(_label(each), f"{MINUS}{text(each.minor)}") for each in explained]


def _label(each: Explained) -> str:
    is_code = each.code and each.kind != "gift_card"
    return f"{each.label}, code {each.code}" if is_code else each.label
