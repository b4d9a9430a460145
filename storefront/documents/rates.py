"""Sums for each tax rate: they add up to the order's to the last cent, and so do credits of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.money import rounded, shares, tax_inside, tax_on_top


@dataclass(frozen=True)
class Taxed:
    """Something with an amount and the rate in or on it."""

    amount_minor: int
    basis_points: int


@dataclass(frozen=True)
class RateSum:
    """What one rate comes to: net + tax = gross."""

    basis_points: int
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True)
class Whole:
    """What the parts must add up to: delivery, all tax, and the tax on top of the prices."""

    shipping_minor: int
    tax_minor: int
    tax_added_minor: int


def sums_by_rate(lines: Sequence[Taxed], whole: Whole) -> list[RateSum]:
    """Sum lines and delivery for each rate, highest first; delivery follows the goods it carries.

    The rule is the one of `pricing.totals`: the tax of a rate is rounded once, on all of it. An
    order whose tax was rounded otherwise keeps its tax, and the difference is split.
    """
    rates = sorted({line.basis_points for line in lines} or {0}, reverse=True)
    freight = split(whole.shipping_minor, [line.amount_minor for line in lines] or [1])
    bases = [0] * len(rates)
    for line, part in zip(lines, freight, strict=False):
        bases[rates.index(line.basis_points)] += line.amount_minor + part
    taxed = tax_on_top if whole.tax_added_minor else tax_inside
    tax = [taxed(base, rate) for base, rate in zip(bases, rates, strict=True)]
    tax = _added(tax, split(whole.tax_minor - sum(tax), tax))
    on_top = split(whole.tax_added_minor, tax)
    gross = _added(bases, on_top)
    return [
        RateSum(rate, of_rate - part, part, of_rate)
        for rate, part, of_rate in zip(rates, tax, gross, strict=True)
    ]


def credit_by_rate(
    amount_minor: int, left: Sequence[RateSum], weights: Sequence[int]
) -> list[RateSum]:
    """Split a credit over what is left of an invoice; crediting all of it gives back exactly that.

    `weights` say where the credit belongs, one for each rate; no rate is credited beyond its rest.
    """
    room = [part.gross_minor for part in left]
    wanted = split(amount_minor, weights)
    gross = [min(part, most) for part, most in zip(wanted, room, strict=True)]
    spare = [most - part for part, most in zip(gross, room, strict=True)]
    gross = _added(gross, split(amount_minor - sum(gross), spare))
    credit = []
    for part, minor in zip(left, gross, strict=True):
        tax = rounded(part.tax_minor * minor, part.gross_minor) if part.gross_minor else 0
        credit.append(RateSum(part.basis_points, minor - tax, tax, minor))
    return credit


def rest(
    invoiced: Sequence[RateSum], credited: Sequence[RateSum], debited: Sequence[RateSum] = ()
) -> list[RateSum]:
    """Take credits off an invoice, rate by rate, and put back what was debited again."""
    found = []
    for part in invoiced:
        tax, gross = part.tax_minor, part.gross_minor
        for sign, notes in ((-1, credited), (1, debited)):
            same = [one for one in notes if one.basis_points == part.basis_points]
            tax += sign * sum(one.tax_minor for one in same)
            gross += sign * sum(one.gross_minor for one in same)
        found.append(RateSum(part.basis_points, gross - tax, tax, gross))
    return found


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """Split by weights, or evenly where nothing weighs."""
    return shares(minor, weights if any(weights) else [1] * len(weights))


def _added(first: Sequence[int], second: Sequence[int]) -> list[int]:
    return [one + other for one, other in zip(first, second, strict=True)]
