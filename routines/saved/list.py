"""The list of the visitor who asks: in a cookie, and at the address once one is proven."""

from typing import Any

from werkzeug.wrappers import Response

from routines.saved import service
from storefront.public import Invalid, Visitor, clock, session, transaction, web


def of_visitor(visitor: Visitor) -> frozenset[str]:
    """Name what a visitor has put aside; a stranger costs no statement."""
    email = proven(visitor)
    return _cookie() | (service.slugs(session(), email) if email else frozenset())


def proven(visitor: Visitor) -> str:
    """Give the address that the list belongs to; empty while it is on the device alone."""
    return (visitor.email or "") if visitor.email_scope == "verified" else ""


def save(response: Response, slug: str) -> None:
    """Put a routine aside.

    Raises:
        Invalid: the list is full.
    """
    email, here = proven(web.visitor()), _cookie() | {slug}
    if email:
        _move(response, email, here)
    elif len(here) > service.MOST_ON_DEVICE:
        message = (
            f"This device remembers {service.MOST_ON_DEVICE} routines. Sign in to save more."
        )
        raise Invalid(message)
    else:
        web.set_cookie(response, web.SAVED, sorted(here))


def remove(response: Response, slug: str) -> None:
    """Take a routine out of the list."""
    email, here = proven(web.visitor()), _cookie() - {slug}
    if email:
        _move(response, email, here)
        with transaction() as db:
            service.remove(db, email, slug)
    elif here:
        web.set_cookie(response, web.SAVED, sorted(here))
    else:
        web.drop_cookie(response, web.SAVED)


def follow(_sender: object, *, email: str, response: Response, **_more: Any) -> None:
    """Put what was saved on a device to the address that was proven on it (`events.address_proven`)."""
    try:
        _move(response, email, _cookie())
    except Invalid:  # the address has a full list: the device keeps its own
        return


def _move(response: Response, email: str, here: frozenset[str]) -> None:
    with transaction() as db:
        service.add(db, email, here, clock.now())
    web.drop_cookie(response, web.SAVED)


def _cookie() -> frozenset[str]:
    found = web.read_cookie(web.SAVED)
    return frozenset(found) if isinstance(found, list) else frozenset()
