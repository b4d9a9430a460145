"""Export and erasing over all rooms: those of the shop, and those of its plugins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storefront import web
from storefront.held import Holding
from storefront.privacy import blockers as reasons
from storefront.privacy import service
from storefront.privacy.holdings import HOLDINGS
from storefront.privacy.service import Erased
from storefront.settings import Settings


def holdings() -> Sequence[Holding]:
    """List what is kept; the plugins' first, since theirs may hang on the shop's."""
    return (*web.shop().hooks.privacy_holdings(), *HOLDINGS)


def export(db: Session, email: str, settings: Settings, now: datetime) -> dict[str, Any]:
    """Give everything kept about an address."""
    return service.export(db, email, holdings(), settings, now)


def preview(db: Session, email: str) -> Erased:
    """Tell what erasing would do."""
    return service.preview(db, email, holdings())


def blockers(db: Session, email: str, settings: Settings, now: datetime) -> list[str]:
    """Say what has to end first."""
    return reasons.of(db, email, settings, now)


def erase(db: Session, email: str, settings: Settings, now: datetime) -> Erased:
    """Erase an address.

    Raises:
        Invalid: something still runs that has to end first.
    """
    return service.erase(db, email, holdings(), settings, now)
