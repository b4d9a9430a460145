"""Which tax a buyer's country asks for, and whether the prices contain it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import eu_vat_rates_data
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.pricing.models import TaxRate
from storefront.settings import Settings

PARTS_OF_PERCENT = 100  # basis points in 1 %
STANDARD = "standard"
MOST_POINTS = 10_000
LEAST_REDUCED = 5.0  # the Union's least; what is listed below it is for Corsica and its like


@dataclass(frozen=True)
class TaxTerms:
    """How one country taxes what is bought on one day."""

    rates: Mapping[str, int]  # category to basis points
    is_added: bool = False  # on top of the prices; else inside them

    def rate(self, category: str) -> int:
        """Give the rate of a category in basis points; an unknown one is taxed as standard."""
        return self.rates.get(category, self.rates.get(STANDARD, 0))


class TaxCalculator(Protocol):
    """Whoever knows the tax: our table of rates, Stripe, or nobody."""

    def terms(self, country: str, on: date) -> TaxTerms:
        """Tell how a country taxes on a day."""


class NoTax:
    """A shop that charges no tax."""

    def terms(self, country: str, on: date) -> TaxTerms:
        """Tell that nothing is charged."""
        del country, on
        return TaxTerms({})


@dataclass(frozen=True)
class Rates:
    """The rates of our table, and the published ones of the European Union where it says nothing."""

    db: Session
    settings: Settings

    def terms(self, country: str, on: date) -> TaxTerms:
        """Tell the rates that hold on a day."""
        holding = select(TaxRate.category, TaxRate.basis_points).where(
            TaxRate.country == country, TaxRate.valid_from <= on
        )
        ours: dict[str, int] = {}
        for category, points in self.db.execute(holding.order_by(TaxRate.valid_from)):
            ours[category] = points
        is_added = country in self.settings.tax_exclusive_countries
        return TaxTerms(published_rates(country) | ours, is_added)


class StripeTax:
    """Stripe works the tax out on the pay page, inside our prices; the order learns it when paid."""

    def terms(self, country: str, on: date) -> TaxTerms:
        """Tell that nothing is known yet."""
        del country, on
        return TaxTerms({})


def calculator(db: Session, settings: Settings) -> TaxCalculator:
    """Choose by the settings."""
    made: dict[str, TaxCalculator] = {
        "rates": Rates(db, settings),
        "stripe": StripeTax(),
        "none": NoTax(),
    }
    return made[settings.tax_mode]


def day(now: datetime, settings: Settings) -> date:
    """Tell which day it is where the shop stands: the rate of that day is frozen in an order."""
    return now.astimezone(ZoneInfo(settings.timezone)).date()


def set_rate(db: Session, country: str, points: int, valid_from: date, category: str) -> None:
    """Write down a rate from a day on; the same country, category and day again replaces it.

    Raises:
        Invalid: it is no country, or no rate.
    """
    if not re.fullmatch("[A-Z]{2}", country) or not 0 <= points <= MOST_POINTS:
        raise Invalid("Tell a country of two letters and a rate from 0 to 100 %.")
    same = select(TaxRate).where(
        TaxRate.country == country,
        TaxRate.category == category,
        TaxRate.valid_from == valid_from,
    )
    rate = db.scalar(same) or TaxRate(country=country, category=category, valid_from=valid_from)
    rate.basis_points = points
    db.add(rate)
    db.flush()


def published_rates(country: str) -> dict[str, int]:
    """Give the published rates of a country of the Union by category; none for others."""
    rate = eu_vat_rates_data.get_rate(country)
    if not rate or not rate["eu_member"]:
        return {}
    found = {STANDARD: basis_points(rate["standard"])}
    if lower := [each for each in rate["reduced"] if each >= LEAST_REDUCED]:
        found["reduced"] = basis_points(min(lower))
    return found


def basis_points(percent: float) -> int:
    """Turn a published percentage into basis points."""
    return round(percent * PARTS_OF_PERCENT)


def percent_text(points: int) -> str:
    """Write a rate as people read it, such as 19 % or 25.5 %."""
    whole, rest = divmod(points, PARTS_OF_PERCENT)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


def country_names(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Give the English names of countries, in the order of their names."""
    rates = eu_vat_rates_data.get_all_rates()
    return dict(sorted(((code, rates[code]["country"]) for code in codes), key=lambda x: x[1]))
