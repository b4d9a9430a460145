"""The tools that an address says to own: they follow it from device to device and open no gate."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storefront.customers.models import CustomerTool
from storefront.inserts import insert_once


def of(db: Session, email: str) -> frozenset[str]:
    """Name the components that an address says to own."""
    said = select(CustomerTool.component).where(CustomerTool.email == email)
    return frozenset(db.scalars(said))


def add(db: Session, email: str, components: Iterable[str]) -> None:
    """Put what was marked on a device beside what the address has said before."""
    for component in sorted(set(components)):
        insert_once(db, CustomerTool, email=email, component=component)


def replace(db: Session, email: str, components: Iterable[str]) -> None:
    """Let an address own these and no others."""
    wanted = set(components)
    gone = delete(CustomerTool).where(
        CustomerTool.email == email, CustomerTool.component.not_in(wanted)
    )
    db.execute(gone)
    add(db, email, wanted)
