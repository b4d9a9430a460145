"""Who buys, as prices see it: only a proven address counts for a price list."""

from sqlalchemy.orm import Session

from storefront.customers.visitor import Visitor
from storefront.pricing.basket import Who
from storefront.pricing.price_lists import list_of


def of_visitor(db: Session, visitor: Visitor) -> Who:
    """Give the buyer behind a visitor."""
    proven = proven_email(visitor)
    return Who(proven, price_list=list_of(db, proven))


def proven_email(visitor: Visitor) -> str | None:
    """Give the address that a visitor has proven to read, on this device."""
    return visitor.email if visitor.email_scope == "verified" else None
