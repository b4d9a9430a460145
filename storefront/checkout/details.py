"""What a buyer tells us, and the rules it must keep: the same for page and API."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from storefront.customers import addresses
from storefront.customers.service import canonical_email
from storefront.errors import Invalid

LONGEST_NAME = 160
LONGEST_NOTE = 500
ADDRESS = (*addresses.PARTS, "country")


@dataclass(frozen=True)
class Details:
    """Who buys, where it goes and what was agreed to."""

    email: str
    name: str
    line1: str
    postal_code: str
    city: str
    country: str
    line2: str = ""
    region: str = ""
    shipping: str = "standard"
    accepts_terms: bool = False
    wants_newsletter: bool = False
    gift_note: str = ""
    is_gift: bool = False

    @property
    def address(self) -> dict[str, str]:
        """Give the address as an order keeps it; a region only where the country has them."""
        told = {name: asdict(self)[name] for name in ADDRESS}
        return {name: text for name, text in told.items() if text or name != "region"}


def checked(details: Details, countries: Collection[str]) -> Details:
    """Give the details in their one spelling; `countries` are those that we deliver to.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    wrong: dict[str, str] = {}
    told = replace(
        details,
        name=" ".join(details.name.split()),
        gift_note=details.gift_note.replace("\r\n", "\n").strip(),
    )
    told = _proven(told, wrong)
    told = _addressed(told, countries, wrong)
    if len(told.gift_note) > LONGEST_NOTE:
        wrong["gift_note"] = f"At most {LONGEST_NOTE} characters, please."
    if not told.accepts_terms:
        wrong["terms"] = "Agree to the terms to go on."
    if wrong:
        raise Invalid(fields=wrong)
    return told


def _proven(told: Details, wrong: dict[str, str]) -> Details:
    """Check who buys."""
    if not told.name:
        wrong["name"] = "Enter the name for the parcel."
    if len(told.name) > LONGEST_NAME:
        wrong["name"] = f"At most {LONGEST_NAME} characters, please."
    try:
        return replace(told, email=canonical_email(told.email))
    except Invalid as error:
        wrong |= error.fields
        return told


def _addressed(told: Details, countries: Collection[str], wrong: dict[str, str]) -> Details:
    """Check where it goes, by the rules of its country."""
    country = told.country.strip().upper()
    if country not in countries:
        wrong["country"] = "We do not deliver to this country yet."
        return told
    try:
        spelt: dict[str, Any] = dict(addresses.checked(told.address | {"country": country}))
    except Invalid as error:
        wrong |= error.fields
        return told
    return replace(told, **({"region": ""} | spelt))
