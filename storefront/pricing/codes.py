"""Codes: one spelling for each, however it was typed."""

import unicodedata

from storefront import tokens

LONGEST = 40
GIFT = "gift:"  # before the hash of a gift card's code, in a cart and a basket
MOST_IN_CART = 5


def spelt(text: str) -> str:
    """Give a code in its one spelling: capitals and digits, without spaces and dashes."""
    whole = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in whole if letter.isalnum())


def hidden(code: str) -> str:
    """Give how a gift card's code stands in a cart: as its hash."""
    return code if code.startswith(GIFT) else GIFT + tokens.fingerprint(spelt(code))
