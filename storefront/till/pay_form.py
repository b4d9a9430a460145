"""Read the pay page's form: email, card number, expiry, security code, name."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from storefront.till.cards import OUTCOMES, Buyer, Card

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/\-\s]?\s*(?:20)?(\d\d)")
KEPT = ("email", "expiry", "name")  # card number and security code are never given back


@dataclass
class PayForm:
    """Hold what was typed, what is wrong with it, and who and what pays."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    buyer: Buyer | None = None
    card: Card | None = None


def blank(email: str | None) -> PayForm:
    """Start a form, with the address the shop already knows."""
    return PayForm({"email": email or "", "expiry": "", "name": ""})


def read(sent: Mapping[str, str], known_email: str | None, now: int, *, card: bool) -> PayForm:
    """Read and check the fields; `card` says whether a card is needed."""
    stripped = {name: value.strip() for name, value in sent.items()}
    typed = {name: stripped.get(name, "") for name in KEPT}
    typed["email"] = known_email or typed["email"]
    form = PayForm(typed)
    if not EMAIL.fullmatch(typed["email"]) or len(typed["email"]) > 254:
        form.errors["email"] = "Enter an email address, such as ana@example.com."
    if card:
        form.card = read_card(stripped, form.errors, now)
    if not 1 <= len(typed["name"]) <= 200:
        form.errors["name"] = "Enter the name on the card."
    form.buyer = Buyer(typed["email"], typed["name"])
    return form


def read_card(sent: Mapping[str, str], errors: dict[str, str], now: int) -> Card | None:
    """Check the card's fields, noting errors in the order of the page."""
    number = re.sub(r"[\s-]", "", sent.get("card_number", ""))
    if number not in OUTCOMES:
        errors["card_number"] = (
            "Enter one of the test cards below. The till takes no real card."
            if number
            else "Enter a test card number, such as 4242 4242 4242 4242."
        )
    month, year = expiry(sent.get("expiry", ""), errors, now)
    code = sent.get("cvc", "")
    if not (code.isascii() and code.isdecimal() and len(code) in (3, 4)):
        errors["cvc"] = "Enter the 3 digits on the back of the card; any will do."
    return None if errors else Card(number[-4:], month, year, OUTCOMES[number])


def expiry(text: str, errors: dict[str, str], now: int) -> tuple[int, int]:
    """Read MM/YY and see that it has not passed."""
    found = EXPIRY.fullmatch(text)
    if not found:
        errors["expiry"] = "Enter month and year as MM/YY, such as 12/34."
        return 0, 0
    month, year = int(found[1]), 2000 + int(found[2])
    today = time.gmtime(now)
    if (year, month) < (today.tm_year, today.tm_mon):
        errors["expiry"] = "This date has passed: enter one that is still to come."
    return month, year
