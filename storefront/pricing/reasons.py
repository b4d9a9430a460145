"""Why a code does not count, and what to do: one sentence for each reason."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storefront.money import Money
from storefront.settings import Settings

USED = frozenset({"used_up", "used_by_you", "budget", "gift_empty"})  # others were faster
KEPT = frozenset({"min_spend", "nothing_fits", "too_few", "other_way"})  # it may count later

SENTENCES = {
    "unknown": "There is no code {code} here. Please look at its spelling.",
    "ended": "{code} has ended and cannot be used any more.",
    "ended_on": "{code} ended on {day} and cannot be used any more.",
    "not_yet": "{code} counts from {day} on. Please try it again then.",
    "min_spend": "{code} needs {money} more in the cart. Add something, and it counts.",
    "not_first": "{code} is for a first order, and this address has ordered before.",
    "nothing_fits": "{code} is for other products than those in your cart.",
    "too_few": "{code} needs more pieces of its products in the cart.",
    "other_way": "{code} makes the cheapest delivery free. Choose that, and it counts.",
    "free_already": "Delivery is free already. Keep {code} for another order.",
    "used_up": "{code} has been used as often as it may be.",
    "used_by_you": "{code} has been used with this address as often as it may be.",
    "budget": "What was set aside for {code} is used up.",
    "better": "A better offer counts already, and only one code does. Keep {code} for another order.",
    "gift_empty": "There is nothing left on the gift card ending in {code}.",
    "gift_ended": "The gift card ending in {code} ended on {day}. Please write to us.",
    "gift_blocked": "The gift card ending in {code} is blocked. Please write to us.",
    "gift_currency": "The gift card ending in {code} is for another currency.",
    "gift_not_needed": "Nothing is left to pay: the gift card ending in {code} stays as it is.",
    "too_many": "One order takes at most {count} codes. Remove one to use {code}.",
    "no_code": "Type the code that you have.",
}  # fmt: skip


@dataclass(frozen=True)
class Refused:
    """A code that does not count, why, and what to do."""

    code: str
    reason: str
    text: str

    @property
    def is_used(self) -> bool:
        """Tell whether it would count if others had not been faster."""
        return self.reason in USED


@dataclass(frozen=True)
class Why:
    """Write reasons with the amounts and days of this shop."""

    settings: Settings

    def refused(
        self, code: str, reason: str, *,
        minor: int = 0, day: datetime | None = None, shown: str = "", count: int = 0,
    ) -> Refused:  # fmt: skip
        """Say why a code does not count."""
        facts = {
            "code": shown or code, "count": str(count), "day": self._day(day),
            "money": Money(minor, self.settings.currency).text(self.settings.locale),
        }  # fmt: skip
        return Refused(code, reason, SENTENCES[reason].format(**facts))

    def _day(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        local = moment.astimezone(ZoneInfo(self.settings.timezone))
        return f"{local.day} {local:%B %Y}"
