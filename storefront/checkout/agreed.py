"""Nobody pays what they have not seen: prices that rose, totals that changed, codes that do not count."""

from collections.abc import Mapping

from storefront.errors import CodeUsed, Invalid, PriceChanged, ShopError
from storefront.pricing.quote import Quote
from storefront.pricing.totals import Totals

HARMLESS = frozenset({"better", "free_already", "gift_not_needed"})  # nothing is lost by them


def check_prices(sums: Totals, agreed: Mapping[str, int | None]) -> None:
    """Refuse prices that went up since the buyer agreed to them.

    Raises:
        PriceChanged: something costs more.
    """
    for line in sums.lines:
        most = agreed[line.sku]
        if most is not None and line.unit_price_minor > most:
            message = "Something costs more than when you put it in. Please look at it first."
            raise PriceChanged(message)


def check_total(priced: Quote, expected_minor: int | None, *, every_code: bool = False) -> None:
    """Refuse a sum that is not the one that the buyer saw; a code that does not count is the reason.

    Raises:
        CodeUsed: a code was used up by others.
        Invalid: a code does not count.
        PriceChanged: what is to be paid is not what was expected.
    """
    is_seen = expected_minor == priced.sums.charge_minor
    problem = _of_code(priced)
    if problem is not None and (every_code or not is_seen):
        raise problem
    if expected_minor is not None and not is_seen:
        raise PriceChanged(
            "The total has changed. Please look at it and press again.",
            total_minor=priced.sums.total_minor,
        )


def _of_code(priced: Quote) -> ShopError | None:
    """Name every code that does not count: any of them may be why the sum is another."""
    lost = [no for no in priced.refused if no.reason not in HARMLESS]
    if not lost:
        return None
    text = " ".join(no.text for no in lost)
    is_used = any(no.is_used for no in lost)
    return CodeUsed(text, fields={"code": text}) if is_used else Invalid(text, {"code": text})
