"""Prices for some people: who is on which list, and what a list says."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storefront.catalog.prices import MOST_MINOR
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, NotFound
from storefront.pricing.models import PriceList, PriceListEntry, PriceListMember

KEY = "[a-z][a-z0-9-]{0,19}"
LONGEST_NAME = 120


def list_of(db: Session, proven_email: str | None) -> str:
    """Tell the price list of an address that its visitor has proven; empty = the public prices."""
    member = db.get(PriceListMember, proven_email) if proven_email else None
    return member.list_key if member else ""


def prices(db: Session, list_key: str, variant_ids: Sequence[int]) -> Mapping[int, int]:
    """Tell what a list says of variants; what is missing has the public price."""
    if not list_key:
        return {}
    entries = select(PriceListEntry.variant_id, PriceListEntry.price_minor).where(
        PriceListEntry.list_key == list_key, PriceListEntry.variant_id.in_(variant_ids)
    )
    return {variant_id: int(minor) for variant_id, minor in db.execute(entries)}


def set_entry(db: Session, key: str, variant_id: int, minor: int) -> None:
    """Set the price of a variant on a list, making the list if need be.

    Raises:
        Invalid: the name or the price cannot be used.
    """
    if not re.fullmatch(KEY, key) or not 0 <= minor <= MOST_MINOR:
        raise Invalid("A list has a short name in small letters, and prices that are amounts.")
    if db.get(PriceList, key) is None:
        db.add(PriceList(key=key, name=key.capitalize()))
        db.flush()
    entry = db.get(PriceListEntry, (key, variant_id)) or PriceListEntry(
        list_key=key, variant_id=variant_id
    )
    entry.price_minor = minor
    db.add(entry)
    db.flush()


def join(db: Session, key: str, email: str) -> None:
    """Put an address on a list; an address is on one list only.

    Raises:
        NotFound: there is no such list.
        Invalid: that is no address.
    """
    if db.get(PriceList, key) is None:
        raise NotFound("There is no such price list.")
    member = PriceListMember(email=canonical_email(email), list_key=key)
    db.merge(member)
    db.flush()


def leave(db: Session, email: str) -> None:
    """Take an address off its list; one that is on none changes nothing."""
    db.execute(delete(PriceListMember).where(PriceListMember.email == canonical_email(email)))


def create(db: Session, key: str, name: str) -> PriceList:
    """Make a list.

    Raises:
        Invalid: with a sentence for each field.
    """
    wrong = {}
    if not re.fullmatch(KEY, key):
        wrong["key"] = "Small letters, digits and dashes, please; it begins with a letter."
    elif db.get(PriceList, key) is not None:
        wrong["key"] = "There is such a list already."
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = f"From 1 to {LONGEST_NAME} characters, please."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    made = PriceList(key=key, name=name)
    db.add(made)
    db.flush()
    return made


def drop_entry(db: Session, key: str, variant_id: int) -> None:
    """Give a variant its public price again; one that is not on the list changes nothing."""
    mine = (PriceListEntry.list_key == key, PriceListEntry.variant_id == variant_id)
    db.execute(delete(PriceListEntry).where(*mine))
