"""What delivery costs and how long it takes, by the zones of the settings.

One rule about free delivery: it is measured by the goods before discounts, so no promotion and no
code ever takes it away. Bands of price are measured in the same way.
"""

from dataclasses import dataclass

from storefront.errors import Invalid
from storefront.settings import Settings
from storefront.zones import Zone

TOO_HEAVY = "This is too heavy for one parcel. Please order it in two parts, or write to us."


@dataclass(frozen=True)
class Method:
    """One way to deliver, at its price for this order."""

    key: str
    label: str
    price_minor: int
    days: str
    free_over_minor: int = 0  # 0 = never free


def countries(settings: Settings) -> tuple[str, ...]:
    """List where we deliver."""
    return tuple(country for zone in settings.shipping_zones for country in zone.countries)


def free_over(settings: Settings) -> int:
    """Tell from which worth of goods the first way at home is free; 0 = never."""
    return _home(settings).ways[0].free_over_minor


def base_price_minor(settings: Settings) -> int:
    """Tell what a light parcel at home costs, for pages that know no address."""
    return _home(settings).ways[0].bands[0].price_minor


def base_days(settings: Settings) -> tuple[int, int]:
    """Tell how many working days the first way at home takes, from and to."""
    return _home(settings).ways[0].days


def methods(
    country: str, goods_minor: int, settings: Settings, grams: int = 0
) -> tuple[Method, ...]:
    """List the ways to deliver to a country, as the zone has them.

    Raises:
        Invalid: we do not deliver there, or nothing so heavy.
    """
    zone = _zone(country, settings)
    if zone is None:
        raise Invalid(fields={"country": "We do not deliver to this country yet."})
    priced = ((way, way.price_minor(goods_minor, grams)) for way in zone.ways)
    found = tuple(
        Method(way.key, way.label, price, way.days_text, way.free_over_minor)
        for way, price in priced
        if price is not None
    )
    if not found:
        raise Invalid(TOO_HEAVY, fields={"shipping": TOO_HEAVY})
    return found


def method(ways: tuple[Method, ...], key: str) -> Method:
    """Find one way to deliver.

    Raises:
        Invalid: we do not deliver in that way.
    """
    for found in ways:
        if found.key == key:
            return found
    raise Invalid(fields={"shipping": "Choose one of the ways to deliver to this country."})


def missing_for_free(way: Method, goods_minor: int) -> int:
    """Tell how much is still to be bought before a way is free; 0 when it is, or never will be."""
    return max(0, way.free_over_minor - goods_minor) if way.price_minor else 0


def _zone(country: str, settings: Settings) -> Zone | None:
    return next((zone for zone in settings.shipping_zones if country in zone.countries), None)


def _home(settings: Settings) -> Zone:
    zone = _zone(settings.shipping_home, settings)
    if zone is None:  # the settings refuse this
        raise LookupError(settings.shipping_home)
    return zone
