"""Money as whole minor units with a currency; one rounding rule for the whole shop."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision


class CurrencyMismatch(ValueError):
    """Raised when amounts of two currencies meet."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents for EUR) of one ISO 4217 currency."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} do not mix"
            raise CurrencyMismatch(message)

    def text(self, locale: str = "en") -> str:
        """Write the amount as people of the locale read it, such as €24.00."""
        digits = get_currency_precision(self.currency)
        return format_currency(
            Decimal(self.minor).scaleb(-digits), self.currency, locale=locale
        )

    @classmethod
    def read(cls, text: str, currency: str) -> "Money":
        """Read an amount that a person typed, such as 24.00 or 24,00.

        Raises:
            ValueError: it is no amount of this currency.
        """
        digits = get_currency_precision(currency)
        if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,3})?", text.strip()):
            message = f"{text!r} is no amount of {currency}"
            raise ValueError(message)
        exact = Decimal(text.strip().replace(",", ".")).scaleb(digits)
        if exact != int(exact):
            message = f"{currency} has no such small parts"
            raise ValueError(message)
        return cls(int(exact), currency)

    def plain(self) -> str:
        """Write the amount for programs, such as 24.00."""
        digits = get_currency_precision(self.currency)
        return str(Decimal(self.minor).scaleb(-digits))


def rounded(numerator: int, denominator: int) -> int:
    """Divide whole numbers and round halves away from zero: the shop's only rounding rule."""
    exact = Decimal(numerator) / Decimal(denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax_inside(gross_minor: int, rate_basis_points: int) -> int:
    """Tell the tax contained in a gross amount; 2000 basis points are 20 %."""
    return rounded(gross_minor * rate_basis_points, 10_000 + rate_basis_points)


def tax_on_top(net_minor: int, rate_basis_points: int) -> int:
    """Tell the tax that is added to a net amount."""
    return percent(net_minor, rate_basis_points)


def percent(amount_minor: int, basis_points: int) -> int:
    """Tell a part of an amount; 1000 basis points are 10 %."""
    return rounded(amount_minor * basis_points, 10_000)


def shares(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights with the largest remainder; the parts sum to the whole.

    Raises:
        ValueError: there is no positive weight, or a negative one.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        message = "weights must be positive"
        raise ValueError(message)
    sign = -1 if amount_minor < 0 else 1
    amount = abs(amount_minor)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % total))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def read_amount(text: str, currency: str, *, most: int = 2**31 - 1) -> int | None:
    """Read a typed amount such as "12.50" or "12,5" as minor units; None when it is none.

    More digits after the point than the currency has are refused, not rounded.
    """
    spelt = text.strip().replace(",", ".")
    whole, point, rest = spelt.partition(".")
    digits = get_currency_precision(currency)
    is_plain = whole.isascii() and whole.isdigit() and (not point or rest.isdigit())
    if not is_plain or not rest.isascii() or len(rest) > digits or len(whole) > 12:
        return None
    minor = int(whole) * 10**digits + int((rest + "0" * digits)[:digits] or 0)
    return minor if minor <= most else None
