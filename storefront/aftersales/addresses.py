"""Mend where an order goes, by buyer or staff, until the first parcel has left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storefront.aftersales import letters, shipments
from storefront.customers import addresses
from storefront.errors import Invalid
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.settings import Settings

LONGEST_NAME = 160
OPEN = frozenset({"awaiting_payment", "processing", "paid", "needs_attention"})
OTHER_COUNTRY = (
    "Tax and delivery were reckoned for the country of the order. To send it to another "
    "country, cancel it and order anew."
)


@dataclass(frozen=True)
class AddressPreview:
    """Where it went and where it would go."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


def may_change(db: Session, order: Order) -> bool:
    """Tell whether nothing of an order has left yet."""
    return order.state in OPEN and not shipments.of(db, order)


def preview(db: Session, order: Order, name: str, address: Mapping[str, str]) -> AddressPreview:
    """Tell what a change would write, changing nothing.

    Raises:
        Invalid: something has left, a part cannot be, or it lies in another country.
    """
    if not may_change(db, order):
        raise Invalid("A parcel of this order has left, or it is closed: write to us quickly.")
    country = order.address["country"]
    if address.get("country", country).strip().upper() != country:
        raise Invalid(OTHER_COUNTRY, fields={"country": OTHER_COUNTRY})
    wrong, spelt = _name_problem(name), {}
    try:
        spelt = addresses.checked({**address, "country": country})
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    return AddressPreview(
        {"name": order.name, **order.address}, {"name": " ".join(name.split()), **spelt}
    )


def change(
    db: Session, order: Order, name: str, address: Mapping[str, str], *, by: str,
    settings: Settings,
) -> AddressPreview:  # fmt: skip
    """Write another address; the history keeps both, and the buyer gets a letter.

    Raises:
        Invalid: something has left, a part cannot be, or it lies in another country.
    """
    orders.lock(db, order)
    seen = preview(db, order, name, address)
    if seen.before == seen.after:
        return seen
    after = dict(seen.after)
    order.name = after.pop("name")
    order.address = after
    history.note(
        db, order, "address", "The address was changed.", by=by, is_public=True,
        before=dict(seen.before), after=dict(seen.after),
    )  # fmt: skip
    db.flush()
    letters.address_changed(db, order, settings)
    return seen


def _name_problem(name: str) -> dict[str, str]:
    spelt = " ".join(name.split())
    if not spelt:
        return {"name": "Enter the name for the parcel."}
    if len(spelt) > LONGEST_NAME:
        return {"name": f"At most {LONGEST_NAME} characters, please."}
    return {}
