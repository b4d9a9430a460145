"""Which components an order gives, and to whom; pure. Who pays for a piece and keeps it owns it."""

from collections.abc import Iterator
from dataclasses import dataclass

from storefront import mail
from storefront.orders.models import Order, OrderLine
from storefront.orders.states import BOUGHT_ORDERS


@dataclass(frozen=True)
class Title:
    """One component of one order line or claimed code in the hands of one address."""

    source: str
    reference: int
    component: str
    email: str


def titles(order: Order) -> frozenset[Title]:
    """Give what an order gives now, to the address that bought it and the one that keeps it."""
    owners = {order.email, order.claimed_by or order.email}
    owners = {email for email in owners if not email.endswith(f"@{mail.ERASED_DOMAIN}")}
    return frozenset(
        Title("order", line.id, component, email)
        for line in kept_lines(order)
        for component in line.components
        for email in owners
    )


def kept_lines(order: Order) -> Iterator[OrderLine]:
    """Choose the lines of which at least one piece is paid and neither refunded nor exchanged.

    What was sent in exchange has no price of its own: its refund counts on the line it stands for.
    """
    if order.state not in BOUGHT_ORDERS or _is_all_back(order):
        return
    lines = {line.id: line for line in order.lines}
    swapped: dict[int, int] = {}
    for line in order.lines:
        if line.stands_for_id is not None:
            swapped[line.stands_for_id] = swapped.get(line.stands_for_id, 0) + line.quantity
    for line in order.lines:
        agreed = lines.get(line.stands_for_id or line.id, line)
        is_paid = agreed.refunded_quantity < agreed.quantity
        if is_paid and swapped.get(line.id, 0) < line.quantity:
            yield line


def _is_all_back(order: Order) -> bool:
    back = order.refunded_minor + order.gift_back_minor + order.lost_minor
    return 0 < back >= order.paid_minor + order.gift_minor
