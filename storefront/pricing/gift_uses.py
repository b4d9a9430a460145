"""How gift cards pay a total: one after the other, the one that ends first before the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from storefront.clock import aware
from storefront.pricing.codes import GIFT
from storefront.pricing.models import GiftCard
from storefront.pricing.reasons import Refused, Why
from storefront.pricing.totals import Explained

NEVER = datetime.max.replace(tzinfo=UTC)

# What a card payment comes to at least, by Stripe's own table, in minor units.
LEAST_CHARGE = {
    "EUR": 50, "USD": 50, "GBP": 30, "CHF": 50, "CAD": 50, "AUD": 50, "NZD": 50, "SGD": 50,
    "JPY": 50, "DKK": 250, "NOK": 300, "SEK": 300, "PLN": 200, "CZK": 1500, "HUF": 17500, "RON": 200,
}  # fmt: skip


@dataclass(frozen=True)
class GiftUse:
    """What a gift card pays."""

    card_id: int
    code: str  # as it stands in a cart
    ends: str  # its last characters, for people
    minor: int
    left_minor: int

    @property
    def explained(self) -> Explained:
        """Give its row of the sum."""
        return Explained("gift_card", f"Gift card ending in {self.ends}", self.minor, self.ends)


def split(
    cards: Sequence[GiftCard], total_minor: int, why: Why, now: datetime
) -> tuple[tuple[GiftUse, ...], tuple[Refused, ...]]:
    """Let cards pay what they can of a total; tell which cannot, and why.

    They leave nothing, or as much as a card payment needs to be.
    """
    uses, refused, left = [], [], total_minor
    for card in sorted(cards, key=lambda each: (each.ends_at or NEVER, each.id)):
        code = GIFT + card.code_hash
        reason = _obstacle(card, why.settings.currency, left, now)
        if reason:
            refused.append(why.refused(code, reason, shown=card.ends, day=card.ends_at))
            continue
        minor = min(left, card.balance_minor)
        left -= minor
        uses.append(GiftUse(card.id, code, card.ends, minor, card.balance_minor - minor))
    least = LEAST_CHARGE.get(why.settings.currency, 1)
    if 0 < left < least:
        uses = _with_less(uses, least - left)
    return tuple(uses), tuple(refused)


def _with_less(uses: Sequence[GiftUse], minor: int) -> list[GiftUse]:
    """Let the last cards pay less, so that the rest is enough for a card payment."""
    kept = list(uses)
    for number in range(len(kept) - 1, -1, -1):
        back = min(minor, kept[number].minor)
        minor -= back
        use = kept[number]
        kept[number] = replace(use, minor=use.minor - back, left_minor=use.left_minor + back)
    return [use for use in kept if use.minor]


def _obstacle(card: GiftCard, currency: str, left_minor: int, now: datetime) -> str:
    obstacles = {
        "gift_blocked": card.is_blocked,
        "gift_currency": card.currency != currency,
        "gift_ended": card.ends_at is not None and aware(card.ends_at) <= now,
        "gift_empty": card.balance_minor == 0,
        "gift_not_needed": left_minor == 0,
    }
    return next((reason for reason, is_so in obstacles.items() if is_so), "")
