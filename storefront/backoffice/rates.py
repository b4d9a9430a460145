"""Tax and delivery in the backoffice: rates from a day on, and the zones as the settings have them."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, fields
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid
from storefront.pricing import shipping, tax
from storefront.pricing.models import TaxRate
from storefront.zones import Band, Way

blueprint: Blueprint = desk.room("rates", __name__)

ADDRESS = "/backoffice/tax-and-delivery"
MODES = {
    "rates": "By country and day, from the tables below.",
    "stripe": "Stripe works it out on the pay page. The rates below do not count.",
    "none": "No tax is charged. The rates below do not count.",
}
CATEGORIES = (("standard", "Standard"), ("reduced", "Reduced"), ("zero", "Zero"))
MOST = 500
EARLY = "Enter today or a day to come: orders keep the rate of their day."


@blueprint.get(ADDRESS)
def page() -> Response:
    """Show rates and zones."""
    return _page({})


@blueprint.post(ADDRESS)
def set_rate() -> AnyResponse:
    """Write down a rate from a day on."""
    form = Typed(request.form)
    try:
        points, day = _checked(form)
        with database.transaction() as db:
            tax.set_rate(db, form.text("country"), points, day, form.text("category"))
            zone = ZoneInfo(web.settings().timezone)
            begins = datetime.combine(day, time(), zone).astimezone(UTC)
            database.raise_content_revision(db)
            if begins > clock.now():
                database.change_pages_at(db, begins)
            desk.audit(
                db, "tax.rate", form.text("country"), category=form.text("category"),
                basis_points=points, valid_from=day.isoformat(),
            )  # fmt: skip
    except Invalid as problem:
        return _page(dict(form.sent), problem)
    return web.go(url_for(".page"), notice="The rate is written down.")


def _checked(form: Typed) -> tuple[int, Any]:
    points, day = form.share("percent"), form.day("valid_from")
    form.needs("percent", form.text("percent"), "Enter a percentage.")
    form.needs("valid_from", day, "Enter the first day that it holds.")
    if day is not None and day < tax.day(clock.now(), web.settings()):
        form.wrong["valid_from"] = EARLY
    if form.text("country") not in shipping.countries(web.settings()):
        form.wrong["country"] = "Choose a country that we deliver to."
    if form.text("category") not in dict(CATEGORIES):
        form.wrong["category"] = "Choose a category."
    form.check()
    return points, day


def _page(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    wrong, wanted = problem.fields if problem else {}, web.settings()
    names = tax.country_names(shipping.countries(wanted))
    return desk.page(
        "backoffice/rates.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        mode=MODES[wanted.tax_mode], fields=fields.filled(_fields(dict(names)), sent, wrong),
        dated=_dated(dict(names)), now=_now(dict(names)), zones=_zones(),
    )  # fmt: skip


def _fields(names: dict[str, str]) -> list[Field]:
    return [
        Field("country", "Country", "select", options=list(names.items())),
        Field("category", "Category", "select", options=CATEGORIES),
        Field("percent", "Rate in %", "amount"),
        Field("valid_from", "From", "date", hint="The same country, category and day again replaces the rate."),
    ]  # fmt: skip


def _dated(names: dict[str, str]) -> list[list[str]]:
    newest = select(TaxRate).order_by(TaxRate.valid_from.desc(), TaxRate.country).limit(MOST)
    return [
        [names.get(each.country, each.country), each.category, tax.percent_text(each.basis_points), each.valid_from.isoformat()]
        for each in database.session().scalars(newest)
    ]  # fmt: skip


def _now(names: dict[str, str]) -> list[list[str]]:
    """Tell the rates that hold today, ours before the published ones."""
    today = tax.day(clock.now(), web.settings())
    holding = select(TaxRate).where(TaxRate.valid_from <= today).order_by(TaxRate.valid_from)
    ours: dict[str, dict[str, int]] = {}
    for each in database.session().scalars(holding):
        ours.setdefault(each.country, {})[each.category] = each.basis_points
    rows = []
    for code, name in names.items():
        rates = tax.published_rates(code) | ours.get(code, {})
        told = [tax.percent_text(rates[key]) if key in rates else "" for key, _ in CATEGORIES]
        rows.append(
            [
                name,
                *told[:2],
                "on top" if code in web.settings().tax_exclusive_countries else "inside",
            ]
        )
    return rows  # fmt: skip


def _zones() -> list[dict[str, Any]]:
    return [
        {"name": zone.name, "countries": ", ".join(zone.countries), "ways": [_way(way) for way in zone.ways]}
        for zone in web.settings().shipping_zones
    ]  # fmt: skip


def _way(way: Way) -> list[str]:
    free = web.money_text(way.free_over_minor) if way.free_over_minor else "never"
    return [way.label, way.days_text, "; ".join(map(_band, way.bands)), free]


def _band(band: Band) -> str:
    limits = []
    if band.up_to_grams:
        limits.append(f"up to {band.up_to_grams:,} g")
    if band.below_minor:
        limits.append(f"below {web.money_text(band.below_minor)}")
    return " ".join([web.money_text(band.price_minor), *limits])
