"""Signed values and random keys: the only place that signs or hashes a secret."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing looks alike


class Signer:
    """Sign and read values; each purpose has its own salt, so none stands for another."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = list(reversed(keys))  # the last one signs, all may verify
        self._made: dict[str, URLSafeTimedSerializer] = {}

    def sign(self, purpose: str, value: Any) -> str:
        """Turn a JSON value into a signed text that is safe in a URL and a cookie."""
        return str(self._of(purpose).dumps(value))

    def read(self, purpose: str, token: str, max_age_seconds: int | None = None) -> Any | None:
        """Give the signed value back, or None when the text is forged, stale or another's."""
        try:
            return self._of(purpose).loads(token, max_age=max_age_seconds)
        except BadSignature:
            return None

    def sign_lasting(self, purpose: str, value: Any) -> str:
        """Sign a JSON value without the moment: the same text each time, for what ends by a row of its own."""
        return str(self._lasting(purpose).dumps(value))

    def read_lasting(self, purpose: str, token: str) -> Any | None:
        """Give back a value that was signed to last, or None when the text is forged or another's."""
        try:
            return self._lasting(purpose).loads(token)
        except BadSignature:
            return None

    def _lasting(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._keys, salt=f"storefront.lasting.{purpose}")

    def _of(self, purpose: str) -> URLSafeTimedSerializer:
        """Give what signs for a purpose, made once."""
        if purpose not in self._made:
            made = URLSafeTimedSerializer(self._keys, salt=f"storefront.{purpose}")
            self._made[purpose] = made
        return self._made[purpose]


def key() -> str:
    """Make an unguessable key of 160 bits."""
    return secrets.token_urlsafe(20)


def digits(count: int = 6) -> str:
    """Make a code that a person can type."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def number(groups: int = 2, size: int = 4) -> str:
    """Make a number to read aloud, such as 7K3M-92QX; it tells nothing about volume."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(size)) for _ in range(groups))
    return "-".join(parts)


def fingerprint(secret: str) -> str:
    """Hash a secret for storing; keys are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
