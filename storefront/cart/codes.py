"""The codes of a cart: try one, keep it, take it out."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.cart import service
from storefront.cart.contents import contents
from storefront.errors import Invalid
from storefront.pricing import codes
from storefront.pricing.basket import Who
from storefront.pricing.codes import GIFT, MOST_IN_CART
from storefront.pricing.quote import Quote
from storefront.pricing.reasons import KEPT, Refused, Why
from storefront.settings import Settings


@dataclass(frozen=True)
class Tried:
    """What a code would do: the sums without and with it, or why it does not count."""

    code: str  # as a cart keeps it
    before: Quote
    after: Quote
    refused: Refused | None

    @property
    def saved_minor(self) -> int:
        """Tell how much less is to be paid."""
        return self.before.sums.charge_minor - self.after.sums.charge_minor


def attempt(db: Session, cart_id: str | None, text: str, who: Who, settings: Settings) -> Tried:
    """Tell what a code would change, and change nothing.

    Raises:
        Invalid: the cart is empty, or no code was typed.
    """
    code = codes.spelt(text)
    before = contents(db, cart_id, settings, who=who).quote
    after = contents(db, cart_id, settings, who=who, tried=code).quote
    if not code:
        raise _invalid(Why(settings).refused(code, "no_code"))
    if before is None or after is None:
        raise Invalid("Your cart is empty.")
    gift = codes.hidden(code)
    kept = gift if gift in {each.code for each in after.gifts} else code
    refused = next((no for no in after.refused if no.code in (code, gift)), None)
    return Tried(kept, before, after, refused)


def use(db: Session, cart_id: str | None, text: str, who: Who, settings: Settings) -> str:
    """Keep a code in the cart; tell in a sentence what it does.

    A better code takes the place of the one before it. One that cannot count yet is kept.

    Raises:
        Invalid: it does not count; the reason is beside the field `code`.
    """
    cart = service.find(db, cart_id, lock=True)
    tried = attempt(db, cart_id, text, who, settings)
    refused = tried.refused
    if cart is None or (refused is not None and refused.reason not in KEPT):
        raise _invalid(refused or Why(settings).refused(tried.code, "unknown"))
    lost = {no.code for no in tried.after.refused if no.reason == "better"}
    kept = [code for code in cart.codes if code not in lost and code != tried.code]
    if len(kept) >= MOST_IN_CART:
        why = Why(settings).refused(tried.code, "too_many", shown="another", count=MOST_IN_CART)
        raise _invalid(why)
    cart.codes = [*kept, tried.code]
    service.touch(cart, {0: 1})
    if refused is not None:
        return refused.text
    is_gift = tried.code.startswith(GIFT)
    return "Your gift card pays with it." if is_gift else f"{tried.code} counts."


def remove(db: Session, cart_id: str | None, code: str) -> None:
    """Take a code out of the cart; one that is not there changes nothing."""
    cart = service.find(db, cart_id, lock=True)
    if cart is not None and code in cart.codes:
        cart.codes = [each for each in cart.codes if each != code]
        service.touch(cart, {0: 1})


def _invalid(refused: Refused) -> Invalid:
    return Invalid(refused.text, fields={"code": refused.text})
