"""Where parcels go, how, and what that costs: zones as data, with bands of weight and of price."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Amount = Annotated[int, Field(ge=0, le=100_000_000)]


class Part(BaseModel):
    """A part of the table of zones: closed and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(Part):
    """A price up to some weight and some worth of goods; 0 = however much."""

    price_minor: Amount
    up_to_grams: Amount = 0
    below_minor: Amount = 0  # the goods before discounts

    def holds(self, goods_minor: int, grams: int) -> bool:
        """Tell whether a parcel falls into it."""
        is_light = self.up_to_grams == 0 or grams <= self.up_to_grams
        return is_light and (self.below_minor == 0 or goods_minor < self.below_minor)


class Way(Part):
    """One way to deliver in a zone; the first band that holds a parcel is its price."""

    key: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    days: tuple[Annotated[int, Field(ge=1, le=90)], Annotated[int, Field(ge=1, le=90)]]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    free_over_minor: Amount = 0  # the goods before discounts; 0 = never free

    @property
    def days_text(self) -> str:
        """Say how long it takes."""
        first, last = self.days
        if last == 1:
            return "next working day"
        return f"{first} to {last} working days" if first != last else f"{last} working days"

    def price_minor(self, goods_minor: int, grams: int) -> int | None:
        """Tell what a parcel costs; None when it is too heavy for this way."""
        band = next((each for each in self.bands if each.holds(goods_minor, grams)), None)
        is_free = self.free_over_minor and goods_minor >= self.free_over_minor
        return None if band is None else (0 if is_free else band.price_minor)


class Zone(Part):
    """Countries that are delivered to in the same ways, the cheapest first."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]


def _way(key: str, price_minor: int, days: tuple[int, int], free_over_minor: int = 0) -> Way:
    bands = (Band(price_minor=price_minor),)
    label = key.capitalize()
    return Way(key=key, label=label, days=days, bands=bands, free_over_minor=free_over_minor)


DEFAULT_ZONES = (
    Zone(
        name="Near",
        countries=("AT", "BE", "DE", "FR", "LU", "NL"),
        ways=(_way("standard", 390, (2, 4), 4000), _way("express", 990, (1, 1))),
    ),
    Zone(
        name="Far",
        countries=(
            "BG", "CY", "CZ", "DK", "EE", "ES", "FI", "GR", "HR", "HU", "IE", "IT", "LT", "LV",
            "MT", "PL", "PT", "RO", "SE", "SI", "SK",
        ),
        ways=(_way("standard", 790, (4, 7), 4000),),
    ),
)  # fmt: skip
