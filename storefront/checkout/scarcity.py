"""What may be said of time and stock while an order waits for its payment: only what is true."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stock import levels


def held_text(db: Session, order: Order, until: datetime, settings: Settings) -> str:
    """Say until when pieces are held; that they are scarce is said only where it is true."""
    time = local(until, settings).strftime("%H:%M %Z")
    return scarce_text(db, order, until, settings) or f"The pay page is open until {time}."


def scarce_text(db: Session, order: Order, until: datetime, settings: Settings) -> str:
    """Say what is scarce and until when it is held, or nothing."""
    time = local(until, settings).strftime("%H:%M %Z")
    ids = [line.variant_id for line in order.lines if line.variant_id]
    bands = levels.bands(db, ids, few=settings.low_stock)
    scarce = [
        line.name for line in order.lines
        if line.variant_id and bands.get(line.variant_id) in {"few", "sold_out"}
    ]  # fmt: skip
    if not scarce:
        return ""
    names = " and ".join(scarce)
    return f"There are only a few of {names}. Yours are held until {time}, then they go back on the shelf."


def local(moment: datetime, settings: Settings) -> datetime:
    """Give a moment as the shop's clock shows it."""
    return moment.astimezone(ZoneInfo(settings.timezone))
