"""Take a coupon or a promotion code off a session's subtotal."""

from fractions import Fraction

from storefront.till import amounts, coupons, errors, promotion_codes, skeleton
from storefront.till.ledger import Json
from storefront.till.turn import Turn

COUPON, CODE = "discounts[0][coupon]", "discounts[0][promotion_code]"


def asked_for(turn: Turn, params: Json, session: Json) -> list[Json]:
    """Find the discount a session request names.

    Raises:
        ApiError: there is no such coupon or code, or it may not be used.
    """
    for given in params.get("discounts") or []:
        if "promotion_code" in given:
            code = turn.ledger.get(given["promotion_code"], promotion_codes.KIND, CODE)
            if why := promotion_codes.why_not(turn, code, session):
                raise errors.invalid(why, CODE)
            return [shown(turn, code["promotion"]["coupon"], session, CODE, code["id"])]
        return [shown(turn, given.get("coupon", ""), session, COUPON)]
    return []


def shown(turn: Turn, name: str, session: Json, path: str, code: str | None = None) -> Json:
    """Check a coupon and name it the way a session does."""
    coupon = turn.ledger.get(name, coupons.KIND, path)
    coupons.require_valid(coupon, turn.now, path)
    if coupon["amount_off"] is not None and coupon["currency"] != session["currency"]:
        raise errors.invalid("The coupon is in another currency.", path)
    return {"coupon": coupon["id"], "promotion_code": code}


def typed(turn: Turn, session: Json, code: str) -> tuple[list[Json], str]:
    """Find the discount of a code the buyer typed, or say what is wrong with it."""
    found = promotion_codes.active_one(turn, code)
    if found is None:
        return [], "This code is not valid."
    if why := promotion_codes.why_not(turn, found, session):
        return [], why
    try:
        return [shown(turn, found["promotion"]["coupon"], session, CODE, found["id"])], ""
    except errors.ApiError as error:
        return [], error.message


def amount_off(turn: Turn, given: list[Json], subtotal: int) -> int:
    """Work out what a session's discount takes off, never more than everything."""
    coupon = turn.ledger.find(given[0]["coupon"], coupons.KIND) if given else None
    if coupon is None:
        return 0
    if coupon["percent_off"] is not None:
        percent = Fraction(str(coupon["percent_off"]))
        return amounts.rounded(Fraction(subtotal) * percent / 100)
    return min(int(coupon["amount_off"]), subtotal)


def parts(session: Json, amount: int, now: int) -> list[Json]:
    """Write a discount the way a breakdown shows it."""
    return [
        {
            "amount": amount,
            "discount": skeleton.make(
                "discount",
                id=f"di_{session['id'][-24:]}",
                checkout_session=session["id"],
                promotion_code=given["promotion_code"],
                source={"coupon": given["coupon"], "type": "coupon"},
                start=now,
            ),
        }
        for given in session["discounts"]
    ]
