"""Make identifiers that look like Stripe's."""

import secrets
import string

from storefront.till.kinds import LENGTHS, PREFIXES

ALPHABET = string.ascii_letters + string.digits


def new(kind: str) -> str:
    """Make a fresh identifier for an object of this kind."""
    length = LENGTHS.get(kind, 24)
    return PREFIXES[kind] + "".join(secrets.choice(ALPHABET) for _ in range(length))
