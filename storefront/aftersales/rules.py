"""What may be done to an order at all; each refusal says why."""

from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.payments import disputes

WISH_TO_CANCEL = "The buyer asks to cancel what was not sent yet."
SHIPPABLE = frozenset({"paid", "fulfilled"})  # an exchange is sent when all else has been


def not_frozen(order: Order) -> None:
    """Let pass an order that no open dispute holds.

    Raises:
        Invalid: a dispute holds it.
    """
    if disputes.is_frozen(order):
        raise Invalid(disputes.FROZEN)


def may_ship(order: Order) -> None:
    """Let pass an order whose goods may leave.

    Raises:
        Invalid: it is not paid, it is closed, or a dispute holds it.
    """
    not_frozen(order)
    if order.dispute_state == "lost":
        raise Invalid("The buyer's bank has taken the money back: nothing is sent any more.")
    if order.state not in SHIPPABLE:
        raise Invalid("Only a paid order is sent.")
    back = order.refunded_minor + order.gift_back_minor + order.lost_minor
    if 0 < order.paid_minor + order.gift_minor <= back:
        raise Invalid("All of its money went back: cancel what was not sent.")


def still(count: int, seen: int | None) -> None:
    """Let pass what was decided on a page that is still true.

    Raises:
        Invalid: somebody has done the same since.
    """
    if seen is not None and count != seen:
        raise Invalid("Somebody has worked on this order since. Look at it again.")


def lot(text: str, most: int) -> str:
    """Give a lot's number in its one spelling.

    Raises:
        Invalid: it is too long.
    """
    spelt = " ".join(text.split())
    if len(spelt) > most:
        raise Invalid(fields={"lot": f"A lot has at most {most} characters."})
    return spelt
