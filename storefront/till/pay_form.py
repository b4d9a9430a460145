"""Read the pay page's form: who pays, with which card, and where the goods go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from storefront.till.card_fields import read_card
from storefront.till.cards import Buyer, Card
from storefront.till.ledger import Json

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+?[0-9 ()/.-]{5,30}")
PLACE = {"line1": "1 Test Street", "postal_code": "10115", "city": "Testville"}  # pretended
KEPT = ("email", "phone", *PLACE, "country", "shipping", "code", "expiry", "name")
WORDS = {
    "line1": "Enter the street and number.",
    "postal_code": "Enter the postal code.",
    "city": "Enter the town.",
}


@dataclass
class PayForm:
    """Hold what was typed, what is wrong with it, and who and what pays."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    buyer: Buyer | None = None
    card: Card | None = None


def blank(session: Json, email: str | None) -> PayForm:
    """Start a form, with what the shop knows and a pretended address."""
    return PayForm({**dict.fromkeys(KEPT, ""), **usual(session), "email": email or ""})


def usual(session: Json) -> dict[str, str]:
    """Say what stands in the fields that a script leaves out."""
    asked = session["shipping_address_collection"]
    country = asked["allowed_countries"][0] if asked else "DE"
    chosen = (session["shipping_cost"] or {}).get("shipping_rate") or ""
    found = {"country": country, "shipping": chosen, "phone": "", "code": ""}
    return found | (PLACE if asked else {})


def read(
    sent: Mapping[str, str], session: Json, known_email: str | None, now: int, *, card: bool
) -> PayForm:
    """Read and check the fields; `card` says whether a card is needed."""
    stripped = {name: value.strip() for name, value in sent.items()}
    defaults = usual(session)
    typed = {name: stripped.get(name, defaults.get(name, ""))[:300] for name in KEPT}
    typed["email"] = known_email or typed["email"]
    form = PayForm(typed)
    if not EMAIL.fullmatch(typed["email"]) or len(typed["email"]) > 254:
        form.errors["email"] = "Enter an email address, such as ana@example.com."
    check_phone(form, session)
    check_place(form, session)
    check_terms(form, session, stripped)
    if card:
        form.card = read_card(stripped, form.errors, now)
    if not 1 <= len(typed["name"]) <= 200:
        form.errors["name"] = "Enter the name on the card."
    form.buyer = buyer(form, session, wants_news="promotions" in stripped)
    return form


def buyer(form: PayForm, session: Json, *, wants_news: bool) -> Buyer:
    """Put together who pays."""
    typed = form.typed
    names = (*PLACE, "country") if session["shipping_address_collection"] else ("country",)
    address = {name: typed[name] for name in names} if asks_country(session) else None
    return Buyer(typed["email"], typed["name"], typed["phone"] or None, address, wants_news)


def asks_country(session: Json) -> bool:
    """Tell whether the page asks where the buyer is."""
    required = session["billing_address_collection"] == "required"
    taxed = session["automatic_tax"]["enabled"]
    return bool(session["shipping_address_collection"]) or required or taxed


def check_phone(form: PayForm, session: Json) -> None:
    """Ask for a telephone number where the session does."""
    asked = (session["phone_number_collection"] or {}).get("enabled")
    if asked and not PHONE.fullmatch(form.typed["phone"]):
        form.errors["phone"] = "Enter a telephone number, such as +49 30 1234567."


def check_place(form: PayForm, session: Json) -> None:
    """Ask for a whole address in a country that the session allows."""
    asked = session["shipping_address_collection"]
    for name, words in WORDS.items() if asked else ():
        if not form.typed[name]:
            form.errors[name] = words
    country = form.typed["country"].upper()
    form.typed["country"] = country
    allowed = asked["allowed_countries"] if asked else [country]
    if asks_country(session) and (
        country not in allowed or not re.fullmatch("[A-Z]{2}", country)
    ):
        form.errors["country"] = "Choose a country that the shop delivers to."


def check_terms(form: PayForm, session: Json, sent: Mapping[str, str]) -> None:
    """Ask for the box to be ticked where the terms must be accepted."""
    asked = (session["consent_collection"] or {}).get("terms_of_service")
    if asked == "required" and "terms" not in sent:
        form.errors["terms"] = "Tick the box to accept the shop's terms."
