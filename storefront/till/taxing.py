"""Find the tax rates of a line: those it names, or one by the buyer's country."""

from fractions import Fraction

import eu_vat_rates_data

from storefront.till.amounts import Rate
from storefront.till.ledger import Json
from storefront.till.turn import Turn

ON_TOP = "exclusive"


def rates_of_line(turn: Turn, session: Json, item: Json, country: str | None) -> list[Rate]:
    """List the rates of one line."""
    if session["automatic_tax"]["enabled"]:
        return automatic(turn, country, item["price"]["tax_behavior"])
    named = turn.ledger.notes(item["id"]).get("rates", [])
    return [rate_of(turn.ledger.get(name, "tax_rate")) for name in named]


def rates_of_freight(turn: Turn, session: Json, rate: Json, country: str | None) -> list[Rate]:
    """List the rates of the delivery, which only automatic tax has."""
    if not session["automatic_tax"]["enabled"]:
        return []
    return automatic(turn, country, rate["tax_behavior"])


def automatic(turn: Turn, country: str | None, behavior: str) -> list[Rate]:
    """Take a country's ordinary rate; a country without one is not taxed."""
    found = eu_vat_rates_data.get_rate(country) if country else None
    if not country or not found:
        return []
    return [rate_of(standing(turn, country, found["standard"], behavior != ON_TOP))]


def standing(turn: Turn, country: str, percent: float, inclusive: bool) -> Json:
    """Find or make the tax rate that automatic tax uses for a country."""
    name = f"txr_auto{country.lower()}{'within' if inclusive else 'ontop'}{percent:g}"
    found = turn.ledger.find(name, "tax_rate")
    return found or turn.ledger.add(
        "tax_rate",
        turn.now,
        id=name,
        active=False,
        country=country,
        display_name="VAT",
        effective_percentage=percent,
        inclusive=inclusive,
        jurisdiction=country,
        jurisdiction_level="country",
        metadata={},
        percentage=percent,
        rate_type="percentage",
        tax_type="vat",
    )


def rate_of(found: Json) -> Rate:
    """Read a kept tax rate."""
    return Rate(Fraction(str(found["percentage"])), found["inclusive"], found["id"])


def country_of(turn: Turn, session: Json) -> str | None:
    """Tell where the buyer is, as far as the session knows."""
    if typed := turn.ledger.notes(session["id"]).get("country"):
        return str(typed)
    customer: Json = turn.ledger.find(session["customer"] or "", "customer") or {}
    shipped = (customer.get("shipping") or {}).get("address") or {}
    lives = customer.get("address") or {}
    return shipped.get("country") or lives.get("country")
