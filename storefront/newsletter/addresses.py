"""Addresses as keyed hashes, which outlive erasing, and as mailboxes, which limits count by."""

import hashlib
import hmac
import unicodedata

from storefront.settings import Settings

SAME_DOMAIN = {"googlemail.com": "gmail.com"}


def mailbox(email: str) -> str:
    """Give one name to all spellings that may reach the same mailbox; for limits only.

    Case, width and form of letters, dots and everything after a plus are left out, whatever the
    domain: two people who share a limit are asked to be patient, but nobody is mailed 200 times.
    """
    plain = unicodedata.normalize("NFKC", email).strip().casefold()
    local, _, domain = plain.rpartition("@")
    domain = _in_ascii(domain)
    name = local.partition("+")[0].replace(".", "")
    return f"{name or local}@{SAME_DOMAIN.get(domain, domain)}"


def _in_ascii(domain: str) -> str:
    """Write a domain as the net knows it: one with umlauts has two spellings."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:  # no domain of the net; it is still one name
        return domain


def domain_of(email: str) -> str:
    """Give what stands behind the last @, in small letters."""
    return email.rpartition("@")[2].strip().casefold()


def person(email: str, settings: Settings) -> str:
    """Give the keyed hash that stands for an address; empty for no address."""
    return _keyed("person", email, _keys(settings)[0]) if email else ""


def persons(email: str, settings: Settings) -> list[str]:
    """Give the hashes an address may stand under: by the key of now, and by those before it."""
    return [_keyed("person", email, key) for key in _keys(settings)]


def client_mark(client: str, settings: Settings) -> str:
    """Give the keyed hash of a client's address on the net; empty for none."""
    return _keyed("client", client, _keys(settings)[0]) if client else ""


def client_marks(client: str, settings: Settings) -> list[str]:
    """Give the hashes a client's address may stand under."""
    return [_keyed("client", client, key) for key in _keys(settings)] if client else [""]


def _keys(settings: Settings) -> list[str]:
    """List the keys, the one that writes first; without one of its own, those of SECRET_KEY."""
    derived = [settings.secret_key, *settings.secret_key_fallbacks]
    return [key for key in (settings.suppression_key, *derived) if key] or [""]


def _keyed(purpose: str, value: str, key: str) -> str:
    message = f"storefront.newsletter.{purpose}:{value}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
