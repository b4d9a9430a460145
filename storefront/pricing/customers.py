"""Who counts as the same customer where something may be used once."""

from storefront import tokens

DOTLESS = frozenset({"gmail.com", "googlemail.com"})  # they ignore dots


def customer_hash(email: str) -> str:
    """Hash an address in the spelling that all its variants share."""
    local, _, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return tokens.fingerprint(f"{local}@{domain}")
