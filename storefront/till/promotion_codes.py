"""Keep promotion codes, and say whether one may be used now."""

import secrets

from storefront.till import coupons, errors, events, metadata, paging
from storefront.till.endpoint import Endpoint, read, same
from storefront.till.ledger import Json
from storefront.till.paging import Page
from storefront.till.turn import Turn

KIND, URL = "promotion_code", "/v1/promotion_codes"
FILTERS = ("active", "code", "customer")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def create(turn: Turn, params: Json) -> Json:
    """Make a code for a coupon; one of each name may be active."""
    wanted = params["promotion"].get("coupon", "")
    coupon = turn.ledger.get(wanted, coupons.KIND, "promotion[coupon]")
    if "customer" in params:
        turn.ledger.get(params["customer"], "customer", "customer")
    code = params.get("code") or "".join(secrets.choice(LETTERS) for _ in range(8))
    if active_one(turn, code):
        raise errors.invalid(
            f"An active promotion code with `code: {code}` already exists.", "code"
        )
    made = turn.ledger.add(
        KIND,
        turn.now,
        active=params.get("active", True),
        code=code,
        customer=params.get("customer"),
        expires_at=params.get("expires_at"),
        max_redemptions=params.get("max_redemptions"),
        metadata=metadata.first(params),
        promotion={"coupon": coupon["id"], "type": "coupon"},
        restrictions=restrictions(params.get("restrictions") or {}),
    )
    events.record(turn, "promotion_code.created", made)
    return made


def restrictions(sent: Json) -> Json:
    """Fill in what a code asks of an order.

    Raises:
        ApiError: amounts in several currencies, which this till does not take.
    """
    if "currency_options" in sent:
        message = "This test till does not take currency_options."
        raise errors.invalid(message, "restrictions[currency_options]")
    usual = {"minimum_amount": None, "minimum_amount_currency": None}
    return {"first_time_transaction": False, **usual, **sent}


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Switch a code off or on, or change its metadata."""
    before = turn.ledger.get(object_id, KIND)
    active = params.get("active", before["active"])
    after = turn.ledger.change(before, active=active, metadata=metadata.merged(before, params))
    events.record(turn, "promotion_code.updated", after, before=before)
    return after


def active_one(turn: Turn, code: str) -> Json | None:
    """Find the active code of this name, in large or small letters."""
    found = turn.ledger.newest(KIND, 1000, same("active", True))
    return next((one for one in found if one["code"].lower() == code.lower()), None)


def why_not(turn: Turn, promotion: Json, session: Json) -> str:
    """Say why a code does not apply to a session, or nothing."""
    limits = promotion["restrictions"]
    least = limits["minimum_amount"]
    used_up = promotion["max_redemptions"] is not None and (
        promotion["times_redeemed"] >= promotion["max_redemptions"]
    )
    if not promotion["active"] or used_up or is_over(promotion["expires_at"], turn.now):
        return "This code is no longer valid."
    if promotion["customer"] and promotion["customer"] != session["customer"]:
        return "This code is for another customer."
    if limits["first_time_transaction"] and has_paid(turn, session):
        return "This code is for a first order."
    if least and limits["minimum_amount_currency"] != session["currency"]:
        return "This code is for another currency."
    if least and session["amount_subtotal"] < least:
        return "This order is too small for the code."
    return ""


def is_over(moment: int | None, now: int) -> bool:
    """Tell whether a time has passed."""
    return moment is not None and moment <= now


def has_paid(turn: Turn, session: Json) -> bool:
    """Tell whether the session's customer has paid before."""
    where = [same("customer", session["customer"] or ""), same("status", "succeeded")]
    return bool(turn.ledger.newest("payment_intent", 1, *where))


def redeem(turn: Turn, discounts: list[Json]) -> None:
    """Count the use of a session's coupon and code."""
    for discount in discounts:
        for kind, name in ((KIND, "promotion_code"), (coupons.KIND, "coupon")):
            found = turn.ledger.find(discount[name] or "", kind)
            if found:
                turn.ledger.change(found, times_redeemed=found["times_redeemed"] + 1)


def listed(turn: Turn, params: Json) -> Json:
    """Answer the newest codes first, filtered also by their coupon."""
    where = [same(name, params[name]) for name in FILTERS if name in params]
    if "coupon" in params:
        where.append(same("promotion", {"coupon": params["coupon"]}))
    return paging.listing(turn.ledger, Page(KIND, URL, params, where))


ENDPOINTS = (
    Endpoint("POST", URL, "PromotionCodeCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "PromotionCodeUpdateParams", update),
    Endpoint("GET", URL, "PromotionCodeListParams", listed),
    Endpoint("GET", f"{URL}/<object_id>", "PromotionCodeRetrieveParams", read(KIND)),
)
