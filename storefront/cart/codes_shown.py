"""The codes of a cart as its pages show them: what each does, and the field for another one."""

from dataclasses import dataclass

from flask import request

from storefront import web
from storefront.cart.codes import Tried
from storefront.errors import ShopError
from storefront.pricing.codes import GIFT
from storefront.pricing.gift_uses import GiftUse
from storefront.pricing.quote import Quote

RULE = (
    "Offers that need no code count first, then one code, and you always get what comes to less."
    " Free delivery is measured by the goods before discounts, so no code takes it away."
)


@dataclass(frozen=True)
class ShownCode:
    """A code that is kept with the cart; `counts` tells whether it does something now."""

    key: str
    label: str
    text: str
    counts: bool


@dataclass(frozen=True)
class CodesShown:
    """What stands around the field for a code."""

    kept: tuple[ShownCode, ...] = ()
    typed: str = ""
    error: str = ""
    preview: str = ""
    rule: str = RULE

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to see beyond an empty field."""
        return bool(self.kept or self.typed or self.error or self.preview)


def of(
    quote: Quote | None, problem: ShopError | None = None, tried: Tried | None = None
) -> CodesShown:
    """Show the codes of a cart, with what was wrong with the last one or what it would do."""
    if quote is None:
        return CodesShown()
    error = problem.facts.get("fields") if problem else None
    about_code = str(error.get("code", "")) if isinstance(error, dict) else ""
    is_open = about_code or tried or request.form.get("action") == "update"
    typed = request.form.get("code", "") if is_open else ""
    return CodesShown(_kept(quote), typed[:80], about_code, _preview(tried) if tried else "")


def _kept(quote: Quote) -> tuple[ShownCode, ...]:
    money = web.money_text
    promotions = [
        ShownCode(each.code, each.code, f"{each.name}: {money(each.minor)} less.", counts=True)
        for each in quote.applied
        if each.code
    ]
    cards = [
        ShownCode(each.code, f"Gift card ending in {each.ends}", _pays(each), counts=True)
        for each in quote.gifts
    ]  # fmt: skip
    idle = [
        ShownCode(
            no.code, "Gift card" if no.code.startswith(GIFT) else no.code, no.text, counts=False
        )
        for no in quote.refused
    ]
    return (*promotions, *cards, *idle)


def _pays(use: GiftUse) -> str:
    pays = web.money_text(use.minor)
    if use.left_minor == 0:
        return f"It pays {pays}, all that was on it."
    return f"It pays {pays}. Then {web.money_text(use.left_minor)} are left on it."


def _preview(tried: Tried) -> str:
    """Say what a code will change before it is used."""
    if tried.refused is not None:
        return tried.refused.text
    money, after = web.money_text, tried.after.sums
    if tried.saved_minor == 0:
        return "It changes nothing of what you pay."
    freight = "Delivery stays as it is."
    if after.shipping_minor != tried.before.sums.shipping_minor:
        freight = f"Delivery becomes {money(after.shipping_minor) if after.shipping_minor else 'free'}."
    return (
        f"You would pay {money(after.charge_minor)} instead of"
        f" {money(tried.before.sums.charge_minor)}. {freight}"
    )
