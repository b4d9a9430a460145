"""Read what a cart form sent; a number is plain digits within bounds, or it is refused."""

import re

from werkzeug.datastructures import MultiDict

from storefront import guards
from storefront.cart.restoring import Wished
from storefront.cart.service import Removed, Wish
from storefront.errors import Invalid
from storefront.settings import Settings

SLUG = re.compile(r"[a-z0-9-]{1,80}")
LONGEST_SKU = 40


def wish(form: MultiDict[str, str], settings: Settings) -> Wish:
    """Read what is to be added: one or more SKUs, how many of each, and for which routine.

    Raises:
        Invalid: the quantity is no whole number within bounds, or there are too many SKUs.
    """
    skus = tuple(dict.fromkeys(guards.several(form, "sku")))
    if len(skus) > settings.max_cart_lines:
        raise Invalid("That is too much for one cart.")
    number = quantity(form["quantity"], settings, least=1) if "quantity" in form else None
    return Wish(skus, number, slug(form.get("for_routine")))


def wishes(fields: MultiDict[str, str], settings: Settings) -> list[Wished]:
    """Read a cart from an address or form: `sku=STRAP:2&sku=ROLLER`; without a number it is one.

    Raises:
        Invalid: there is none, there are too many, or a number is none.
    """
    told = list(dict.fromkeys(guards.several(fields, "sku")))
    if not told or len(told) > settings.max_cart_lines:
        message = f"Name from 1 to {settings.max_cart_lines} things, such as sku=STRAP:2."
        raise Invalid(message, fields={"sku": message})
    return [_wished(text, settings, slug(fields.get("for_routine"))) for text in told]


def _wished(text: str, settings: Settings, for_routine: str | None) -> Wished:
    name, colon, number = text.partition(":")
    pieces = quantity(number, settings, least=1) if colon else 1
    return Wished(name[:LONGEST_SKU], pieces, for_routine)


def quantity(text: str | None, settings: Settings, *, least: int = 0) -> int:
    """Read a quantity.

    Raises:
        Invalid: it is no whole number within bounds.
    """
    number = guards.whole(text, least=least, most=settings.max_quantity)
    if number is None:
        message = f"Enter a whole number from {least} to {settings.max_quantity}."
        raise Invalid(message, fields={"quantity": message})
    return number


def slug(text: str | None) -> str | None:
    """Read the slug of a routine; anything else is none."""
    return text if text and SLUG.fullmatch(text) else None


def removed(query: MultiDict[str, str], name: str, settings: Settings) -> Removed | None:
    """Read from the address what was just taken out, so that the page can offer it again."""
    pieces = guards.whole(query.get("pieces"), least=1, most=settings.max_quantity)
    sku = query.get("removed", "")
    if pieces is None or not sku or len(sku) > LONGEST_SKU:
        return None
    return Removed(sku, name, pieces, slug(query.get("for_routine")))
