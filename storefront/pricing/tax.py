"""Which VAT a buyer's country asks for; our prices contain it."""

from collections.abc import Mapping

import eu_vat_rates_data

from storefront.settings import Settings

PARTS_OF_PERCENT = 100  # basis points in 1 %


def rate_basis_points(country: str, settings: Settings) -> int:
    """Tell the standard rate of a country in basis points; 0 when the shop charges no VAT."""
    if settings.tax_mode == "none":
        return 0
    rate = eu_vat_rates_data.get_rate(country)
    if not rate or not rate["eu_member"]:
        return 0
    return round(rate["standard"] * PARTS_OF_PERCENT)


def percent_text(basis_points: int) -> str:
    """Write a rate as people read it, such as 19 % or 25.5 %."""
    whole, rest = divmod(basis_points, PARTS_OF_PERCENT)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


def country_names(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Give the English names of countries, in the order of their names."""
    rates = eu_vat_rates_data.get_all_rates()
    return dict(sorted(((code, rates[code]["country"]) for code in codes), key=lambda x: x[1]))
