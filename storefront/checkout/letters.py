"""What this room writes: the way to pay an order whose pay page closed unpaid."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storefront import mail
from storefront.money import Money
from storefront.orders.links import order_url
from storefront.orders.models import Order
from storefront.settings import Settings


def pay_link(db: Session, order: Order, until: datetime, settings: Settings) -> None:
    """Say how to pay after all and until when; written once for each order."""
    context = {
        "number": order.number, "name": order.name, "order_url": order_url(order, settings),
        "lines": [{"name": line.name, "quantity": line.quantity} for line in order.lines],
        "total": Money(order.charge_minor, order.currency).text(settings.locale),
        "until": until.astimezone(ZoneInfo(settings.timezone)).strftime("%-d %B %Y"),
    }  # fmt: skip
    mail.write(db, "pay_link", order.email, order.number, context, order_id=order.id)
