"""What a buyer tells us, and the rules it must keep: the same for page and API."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from storefront.customers.service import canonical_email
from storefront.errors import Invalid
from storefront.pricing.shipping import COUNTRIES

LONGEST = {"name": 160, "line1": 200, "line2": 200, "postal_code": 20, "city": 100}
MISSING = {
    "name": "Enter the name for the parcel.",
    "line1": "Enter street and number.",
    "postal_code": "Enter the postal code.",
    "city": "Enter the town or city.",
}


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
    shipping: str = "standard"
    accepts_terms: bool = False
    wants_newsletter: bool = False

    @property
    def address(self) -> dict[str, str]:
        """Give the address as an order keeps it."""
        names = ("line1", "line2", "city", "postal_code", "country")
        return {name: asdict(self)[name] for name in names}


def checked(details: Details) -> Details:
    """Give the details in their one spelling.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    spelt: dict[str, Any] = {name: " ".join(getattr(details, name).split()) for name in LONGEST}
    told = replace(details, **spelt, country=details.country.strip().upper())
    wrong = {name: text for name, text in MISSING.items() if not getattr(told, name)}
    for name, most in LONGEST.items():
        if len(getattr(told, name)) > most:
            wrong[name] = f"At most {most} characters, please."
    if told.country not in COUNTRIES:
        wrong["country"] = "We do not deliver to this country yet."
    if not told.accepts_terms:
        wrong["terms"] = "Agree to the terms to go on."
    try:
        told = replace(told, email=canonical_email(told.email))
    except Invalid as error:
        wrong = {"email": error.facts["fields"]["email"], **wrong}  # type: ignore[index]
    if wrong:
        raise Invalid(fields=wrong)
    return told
