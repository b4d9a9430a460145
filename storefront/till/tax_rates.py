"""Make and read the tax rates that lines name."""

from storefront.till import amounts, metadata
from storefront.till.endpoint import Endpoint, reads
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "tax_rate", "/v1/tax_rates"


def create(turn: Turn, params: Json) -> Json:
    """Make a tax rate, inside the price or on top of it."""
    percent = amounts.percentage(params["percentage"], "percentage")
    known = ("country", "description", "jurisdiction", "state", "tax_type")
    return turn.ledger.add(
        KIND,
        turn.now,
        active=params.get("active", True),
        display_name=params["display_name"],
        effective_percentage=percent,
        inclusive=params["inclusive"],
        metadata=metadata.first(params),
        percentage=percent,
        rate_type="percentage",
        **{name: params[name] for name in known if name in params},
    )


ENDPOINTS = (
    Endpoint("POST", URL, "TaxRateCreateParams", create),
    *reads(KIND, URL, "TaxRate", "active", "inclusive"),
)
