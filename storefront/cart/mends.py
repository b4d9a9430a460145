"""Do what a mend promises: the same presses in the cart and in the checkout."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront import guards
from storefront.cart import saved, service
from storefront.errors import Invalid
from storefront.settings import Settings

ACTIONS = {"take", "save", "accept"}
MOST_PRICE = 2**31 - 1


@dataclass(frozen=True)
class Wanted:
    """A mend that somebody pressed: which line, what to do, and with which number."""

    line_id: int
    action: str
    value: str = ""


def read(text: str) -> Wanted:
    """Read a mend from the value of one button: `action:line:value`.

    Raises:
        Invalid: it is none.
    """
    action, _, rest = text.partition(":")
    number, _, value = rest.partition(":")
    line_id = guards.whole(number, least=1, most=MOST_PRICE)
    if line_id is None or action not in ACTIONS | {"remove"}:
        raise Invalid("This cannot be mended like that. Please look at your cart.")
    return Wanted(line_id, action, value)


def mend(db: Session, cart_id: str | None, wanted: Wanted, settings: Settings) -> str:
    """Mend a line; tell in a sentence what was done.

    Raises:
        NotFound: there is no such line in this cart.
        Invalid: the value is no number within bounds.
        SoldOut: fewer pieces are free.
    """
    if wanted.action == "save":
        name = saved.put_aside(db, cart_id, wanted.line_id, settings)
        return f"{name} waits below your cart, for later."
    if wanted.action == "accept":
        price_minor = _number(wanted.value, least=0, most=MOST_PRICE)
        service.accept(db, cart_id, wanted.line_id, price_minor)
        return "The new price is noted."
    is_removal = wanted.action == "remove"
    most = settings.max_quantity
    pieces = 0 if is_removal else _number(wanted.value, least=1, most=most)
    gone = service.change(db, cart_id, wanted.line_id, pieces, settings)
    return f"{gone.name} was removed." if gone else "The quantity was changed."


def _number(text: str, *, least: int, most: int) -> int:
    number = guards.whole(text, least=least, most=most)
    if number is None:
        message = f"Enter a whole number from {least} to {most}."
        raise Invalid(message, fields={"value": message})
    return number
