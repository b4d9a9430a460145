"""Keep shipping rates: make, read, change."""

from storefront.till import errors, metadata
from storefront.till.endpoint import Endpoint, reads
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "shipping_rate", "/v1/shipping_rates"


def create(turn: Turn, params: Json) -> Json:
    """Make a shipping rate of a fixed amount."""
    if "fixed_amount" not in params:
        raise errors.missing_parameter("fixed_amount")
    fixed = params["fixed_amount"]
    if fixed["amount"] < 0:
        raise errors.invalid("Invalid non-negative integer.", "fixed_amount[amount]")
    return turn.ledger.add(
        KIND,
        turn.now,
        active=True,
        delivery_estimate=estimate(params.get("delivery_estimate")),
        display_name=params["display_name"],
        fixed_amount={"amount": fixed["amount"], "currency": fixed["currency"].lower()},
        metadata=metadata.first(params),
        tax_behavior=params.get("tax_behavior", "unspecified"),
        tax_code=params.get("tax_code"),
    )


def estimate(given: Json | None) -> Json | None:
    """Fill in the end of a delivery estimate that was left out."""
    return given and {"maximum": None, "minimum": None, **given}


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Switch a rate off or on, or change its metadata."""
    before = turn.ledger.get(object_id, KIND)
    active = params.get("active", before["active"])
    return turn.ledger.change(before, active=active, metadata=metadata.merged(before, params))


ENDPOINTS = (
    Endpoint("POST", URL, "ShippingRateCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "ShippingRateUpdateParams", update),
    *reads(KIND, URL, "ShippingRate", "active"),
)
