"""Make identifiers that look like Stripe's."""

import secrets
import string

PREFIXES = {
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "event": "evt_",
    "item": "li_",
    "price": "price_",
    "product": "prod_",
    "shipping_rate": "shr_",
    "payment_method": "pm_",
    "request": "req_",
    "txn": "txn_",
    "coupon": "",
    "tax_rate": "txr_",
}
LENGTHS = {"checkout.session": 58, "coupon": 8}
ALPHABET = string.ascii_letters + string.digits


def new(kind: str) -> str:
    """Make a fresh identifier for an object of this kind."""
    length = LENGTHS.get(kind, 24)
    return PREFIXES[kind] + "".join(secrets.choice(ALPHABET) for _ in range(length))
