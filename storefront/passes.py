"""The pass of a device: the cookies that say which address it stands for, given and taken here alone.

Whoever proves an address on this device gets a session with a new key. An address that was
confirmed elsewhere on the device's behalf is only named, with the moment of that, and opens content
alone, until what was opened before some later moment is closed for the address. It has a cookie of
its own: a page that still waits, and hears of it late, must not take the key's place.
"""

import logging
from datetime import datetime

from flask import g, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from storefront import clock, database, events
from storefront.asking import client_address, visitor
from storefront.cookies import OPENED, PASS, TOOLS, drop_cookie, read_cookie, set_cookie
from storefront.customers import service, sessions, sign_in, tools
from storefront.customers.sessions import Device
from storefront.state import settings, shop

log = logging.getLogger(__name__)


def prove(response: Response, email: str, way: str) -> bool:
    """Sign this device in for an address proven on it; tell whether a cart came from elsewhere.

    The key is new each time, and what the device was signed in as before has ended. Tools
    marked on the device go to the address, and its carts come together.
    """
    with database.transaction() as db:
        _end(visitor().session_id, visitor().email)
        tools.add(db, email, read_cookie(TOOLS) or ())
        key = sessions.begin(
            db, email, way=way, client=client_address(), settings=settings(), now=clock.now(),
            agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    set_cookie(response, PASS, {"key": key})
    drop_cookie(response, OPENED)
    drop_cookie(response, TOOLS)
    events.address_proven.send(None, email=email, response=response)
    return shop().became_verified(response, email)


def open_content(response: Response, email: str, confirmed_at: datetime) -> None:
    """Let this device see what an address opens; never less than what it has proven.

    What counts is when the letter was confirmed, not when the device heard of it: one that had not
    looked yet when everything was signed out is let in by no old letter.
    """
    asks = visitor()
    if asks.email == email and asks.email_scope == "verified":
        return
    if asks.session_id is not None:
        with database.transaction():
            _end(asks.session_id, asks.email)
        drop_cookie(response, PASS)
    set_cookie(response, OPENED, {"email": email, "at": confirmed_at.isoformat()})


def forget(response: Response) -> None:
    """Sign this device out: its key opens nothing from now on."""
    with database.transaction():
        _end(visitor().session_id, visitor().email)
    _drop(response)


def forget_everywhere(response: Response, email: str) -> None:
    """Sign every device of an address out, this one too; letters on their way open nothing.

    Devices that were let in without a session, to see content alone, see none from now on.
    """
    with database.transaction() as db:
        sessions.end_all(db, email)
        sign_in.end_all(db, email, clock.now())
        service.close_content(db, email, clock.now())
    _drop(response)


def note_seen() -> None:
    """Write down that the device is in use, once a day at most; a busy database is no reason to fail."""
    device: Device | None = g.get("storefront_device")
    now = clock.now()
    if device is None or not device.is_stale(now):
        return
    try:
        with database.transaction() as db:
            sessions.seen(db, device.session_id, now)
    except OperationalError as error:
        log.warning("a device in use was not written down: %s", type(error).__name__)


def _drop(response: Response) -> None:
    for name in (PASS, OPENED):
        drop_cookie(response, name)


def _end(session_id: int | None, email: str | None) -> None:
    if session_id is not None and email:
        sessions.end(database.session(), session_id, email)
