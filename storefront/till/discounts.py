"""Take a coupon off a session's subtotal."""

from dataclasses import dataclass, field
from fractions import Fraction

from storefront.till import amounts, errors
from storefront.till.ledger import Json
from storefront.till.turn import Turn


@dataclass(frozen=True)
class Discount:
    """Hold what comes off, in minor units, and how the session shows it."""

    amount: int = 0
    shown: list[Json] = field(default_factory=list)


def discount_of(turn: Turn, params: Json, subtotal: int, currency: str) -> Discount:
    """Work out the discount a session request names."""
    for given in params.get("discounts") or []:
        if "coupon" not in given:
            raise errors.missing(
                "promotion code",
                given.get("promotion_code", ""),
                "discounts[0][promotion_code]",
                status=400,
            )
        coupon = turn.ledger.get(given["coupon"], "coupon", "discounts[0][coupon]")
        amount = coupon_amount(coupon, subtotal, currency)
        return Discount(amount, [{"coupon": coupon["id"], "promotion_code": None}])
    return Discount()


def coupon_amount(coupon: Json, subtotal: int, currency: str) -> int:
    """Work out what a coupon takes off, never more than everything."""
    if coupon["percent_off"] is not None:
        percent = Fraction(str(coupon["percent_off"]))
        return amounts.rounded(Fraction(subtotal) * percent / 100)
    if coupon["currency"] != currency:
        raise errors.invalid("The coupon is in another currency.", "discounts[0][coupon]")
    return min(int(coupon["amount_off"]), subtotal)
