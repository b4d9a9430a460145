"""Make and read coupons."""

from storefront.till import amounts, errors, events, metadata, session_rules
from storefront.till.endpoint import Endpoint, reads
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "coupon", "/v1/coupons"
# What the till would have to enforce to take it.
COUPON_LIMITS = ("applies_to", "currency_options")


def create(turn: Turn, params: Json) -> Json:
    """Make a coupon of a percentage or of an amount."""
    for name in COUPON_LIMITS:
        if name in params:
            raise errors.invalid(f"This test till does not take {name}.", name)
    if ("percent_off" in params) == ("amount_off" in params):
        raise errors.invalid("Send one of `percent_off` and `amount_off`.", "percent_off")
    wanted = params.get("id")
    if wanted and turn.ledger.find(wanted):
        raise errors.invalid("Coupon already exists.", "id", code="resource_already_exists")
    amount = {}
    if "amount_off" in params:
        session_rules.at_least(params["amount_off"], 1, "amount_off")
        if "currency" not in params:
            raise errors.missing_parameter("currency")
        amount = {"amount_off": params["amount_off"], "currency": params["currency"].lower()}
    else:
        amount = {"percent_off": amounts.percentage(params["percent_off"], "percent_off")}
    given = {"id": wanted} if wanted else {}
    made = turn.ledger.add(
        KIND,
        turn.now,
        duration=params.get("duration", "once"),
        duration_in_months=params.get("duration_in_months"),
        max_redemptions=params.get("max_redemptions"),
        metadata=metadata.first(params),
        name=params.get("name"),
        redeem_by=params.get("redeem_by"),
        valid=True,
        **amount,
        **given,
    )
    events.record(turn, "coupon.created", made)
    return made


def require_valid(coupon: Json, now: int, path: str) -> None:
    """Let only a coupon pass that may still be used.

    Raises:
        ApiError: its time is over, or it was used as often as it may be.
    """
    limit, last = coupon["max_redemptions"], coupon["redeem_by"]
    if (limit is not None and coupon["times_redeemed"] >= limit) or (last and last <= now):
        raise errors.invalid(f"Coupon expired: {coupon['id']}", path, code="coupon_expired")


def delete(turn: Turn, _params: Json, object_id: str) -> Json:
    """Take a coupon back; sessions that have it keep it."""
    gone = turn.ledger.get(object_id, KIND)
    events.record(turn, "coupon.deleted", gone)
    turn.ledger.remove(object_id)
    return {"id": object_id, "object": KIND, "deleted": True}


ENDPOINTS = (
    Endpoint("POST", URL, "CouponCreateParams", create),
    Endpoint("DELETE", f"{URL}/<object_id>", "CouponDeleteParams", delete),
    *reads(KIND, URL, "Coupon"),
)
