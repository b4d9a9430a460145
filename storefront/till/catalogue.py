"""Make and read the coupons and tax rates that sessions name."""

from storefront.till import amounts, errors, session_rules
from storefront.till.ledger import Json
from storefront.till.turn import Turn

# What the till would have to enforce to take it.
COUPON_LIMITS = ("applies_to", "currency_options", "max_redemptions", "redeem_by")


def create_coupon(turn: Turn, params: Json) -> Json:
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
        amount = {"percent_off": percentage(params["percent_off"], "percent_off")}
    given = {"id": wanted} if wanted else {}
    return turn.ledger.add(
        "coupon",
        turn.now,
        duration=params.get("duration", "once"),
        metadata=params.get("metadata") or {},
        name=params.get("name"),
        valid=True,
        **amount,
        **given,
    )


def create_tax_rate(turn: Turn, params: Json) -> Json:
    """Make a tax rate, inside the price or on top of it."""
    percent = percentage(params["percentage"], "percentage")
    known = ("country", "description", "jurisdiction", "state", "tax_type")
    return turn.ledger.add(
        "tax_rate",
        turn.now,
        active=params.get("active", True),
        display_name=params["display_name"],
        effective_percentage=percent,
        inclusive=params["inclusive"],
        metadata=params.get("metadata") or {},
        percentage=percent,
        rate_type="percentage",
        **{name: params[name] for name in known if name in params},
    )


def percentage(text: str, path: str) -> float:
    """Read a percentage from 0 to 100."""
    try:
        percent = amounts.exact(text)
    except ValueError as error:
        raise errors.invalid(f"Invalid decimal: {text}", path) from error
    if not 0 <= percent <= 100:
        raise errors.invalid("A percentage lies between 0 and 100.", path)
    return float(percent)
