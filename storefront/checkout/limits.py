"""How often one client and one mail address may order; what was refused is not counted."""

from collections.abc import Callable

from limits import parse
from limits.errors import StorageError
from sqlalchemy.orm import Session

from storefront import clock, web
from storefront.checkout.service import StillOpen
from storefront.payments.models import PaymentAttempt

Place = Callable[[Session], PaymentAttempt]


def press() -> None:
    """Count a press of the button; so many that only a program reaches the limit.

    Raises:
        TooMany: the limit is reached.
    """
    web.limit("checkout_press", web.settings().limit_checkout_press, web.client_address())


def counted(place: Place) -> Place:
    """Count what is placed, where it is placed: over a limit it is taken back.

    An open order is not closed for another one that would then be refused.
    """

    def _counted(db: Session) -> PaymentAttempt:
        began, client = clock.now(), web.client_address()
        try:
            attempt = place(db)
        except StillOpen:
            if _is_spent(client):
                _count(client, "")
            raise
        if attempt.created_at >= began:
            _count(client, attempt.order.email)
        return attempt

    return _counted


def _count(client: str, email: str) -> None:
    web.limit("checkout_client", web.settings().limit_checkout_client, client)
    if email:
        web.limit("checkout_email", web.settings().limit_checkout_email, email)


def _is_spent(client: str) -> bool:
    """Tell whether this client has no order left; while the counters are away it has."""
    rule = parse(web.settings().limit_checkout_client)
    try:
        return not web.shop().limiter.test(rule, "checkout_client", client)
    except StorageError:
        return False
