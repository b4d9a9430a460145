"""Read a card's fields: number, expiry, security code."""

import re
import time
from collections.abc import Mapping

from storefront.till.cards import AFTERWARDS, OUTCOMES, Card

EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/\-\s]?\s*(?:20)?(\d\d)")


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
    if errors:
        return None
    return Card(number[-4:], month, year, OUTCOMES[number], AFTERWARDS.get(number, ""))


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
