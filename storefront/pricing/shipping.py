"""What delivery costs and how long it takes: a table of zones, by country."""

from dataclasses import dataclass

from storefront.errors import Invalid

NEAR = ("AT", "BE", "DE", "FR", "LU", "NL")
FAR = (
    "BG", "CY", "CZ", "DK", "EE", "ES", "FI", "GR", "HR", "HU", "IE", "IT", "LT", "LV", "MT",
    "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
COUNTRIES = (*NEAR, *FAR)
HOME = "DE"  # what the cart shows before an address is known
FREE_OVER_MINOR = 4000


@dataclass(frozen=True)
class Method:
    """One way to deliver, at its price for this order; tax included."""

    key: str
    label: str
    price_minor: int
    days: str


NEAR_DAYS = (2, 4)
STANDARD_NEAR = Method("standard", "Standard", 390, "{} to {} working days".format(*NEAR_DAYS))
STANDARD_FAR = Method("standard", "Standard", 790, "4 to 7 working days")
EXPRESS = Method("express", "Express", 990, "next working day")


def free_over() -> int:
    """Tell from which subtotal (minor units) standard delivery is free."""
    return FREE_OVER_MINOR


def base_price_minor() -> int:
    """Tell what standard delivery at home costs, for pages that know no address."""
    return STANDARD_NEAR.price_minor


def base_days() -> tuple[int, int]:
    """Tell how many working days standard delivery at home takes, from and to."""
    return NEAR_DAYS


def methods(country: str, subtotal_minor: int) -> tuple[Method, ...]:
    """List the ways to deliver to a country, cheapest first.

    Raises:
        Invalid: we do not deliver there.
    """
    if country not in COUNTRIES:
        raise Invalid(fields={"country": "We do not deliver to this country yet."})
    standard = STANDARD_NEAR if country in NEAR else STANDARD_FAR
    if subtotal_minor >= free_over():
        standard = Method(standard.key, standard.label, 0, standard.days)
    return (standard, EXPRESS) if country in NEAR else (standard,)


def method(country: str, key: str, subtotal_minor: int) -> Method:
    """Find one way to deliver.

    Raises:
        Invalid: we do not deliver there, or not in that way.
    """
    for found in methods(country, subtotal_minor):
        if found.key == key:
            return found
    raise Invalid(fields={"shipping": "Choose one of the ways to deliver to this country."})


def missing_for_free(subtotal_minor: int) -> int:
    """Tell how much is still to be bought before delivery is free; 0 when it is."""
    return max(0, free_over() - subtotal_minor)
