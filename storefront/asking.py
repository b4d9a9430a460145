"""Who is asking, from where, and how often."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import limits
from flask import g, request
from limits.errors import StorageError

from storefront import clock, database
from storefront.cookies import (
    CART,
    OPENED,
    PASS,
    PERSONAL_COOKIES,
    SHARES,
    TOOLS,
    WAITING,
    read_cookie,
)
from storefront.customers import sessions
from storefront.customers import tools as said
from storefront.customers.sessions import Device
from storefront.customers.visitor import Visitor
from storefront.errors import TooMany
from storefront.state import settings, shop

log = logging.getLogger(__name__)


def client_address() -> str:
    """Tell the client's address, believing only as many proxies as are trusted."""
    hops = settings().trusted_proxies
    forwarded = request.headers.get("X-Forwarded-For", "") if hops else ""
    names = [name.strip() for name in forwarded.split(",") if name.strip()]
    if len(names) >= hops > 0:
        return names[-hops]
    return request.remote_addr or ""


def visitor() -> Visitor:
    """Tell who is asking; the same value for the whole request."""
    if "storefront_visitor" not in g:
        g.storefront_visitor = _visitor()
    found: Visitor = g.storefront_visitor
    return found


def _visitor() -> Visitor:
    host = (shop().visitor_from or (lambda: None))()
    device = None if host else _device(read_cookie(PASS) or {})
    email = host.email.casefold() if host else device.email if device else None
    waited = _waited(read_cookie(OPENED) or {}) if email is None else None
    shared = read_cookie(SHARES) or ()
    marked = frozenset(read_cookie(TOOLS) or ())
    if host and email:
        marked |= said.of(database.session(), email)
    return Visitor(
        client=client_address(),
        cart_id=read_cookie(CART),
        email=waited[0] if waited else email,
        email_scope="verified" if email else "content",
        confirmed_at=waited[1] if waited else None,
        waiting_id=read_cookie(WAITING),
        tools=marked | device.tools if device else marked,
        session_id=device.session_id if device else None,
        shares=frozenset(one for one in shared if isinstance(one, int)),
        share_device=next((one for one in shared if isinstance(one, str)), ""),
        is_staff=bool(host and host.is_staff),
        personal=bool(host) or any(name in request.cookies for name in PERSONAL_COOKIES),
    )


def _waited(opened: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """Read whose letter was confirmed elsewhere for this device, and when."""
    email, moment = opened.get("email"), opened.get("at")
    if not isinstance(email, str) or not isinstance(moment, str):
        return None
    return email, datetime.fromisoformat(moment)


def _device(proven: Mapping[str, Any]) -> Device | None:
    """Ask the database for the session behind a pass; one without a key has none."""
    key = proven.get("key")
    if not isinstance(key, str):
        return None
    found = sessions.find(database.session(), key, settings(), clock.now())
    g.storefront_device = found
    return found


def limit(name: str, rule: str, key: str) -> None:
    """Count one try against a limit such as "20/hour"; while Redis is away nothing is counted.

    Raises:
        TooMany: the limit is reached; says when to try again.
    """
    item = limits.parse(rule)
    limiter = shop().limiter
    try:
        is_within = limiter.hit(item, name, key)
    except StorageError as error:  # the shop sells on while the counters are away
        log.warning("limit %s was not counted: %s", name, error)
        return
    if not is_within:
        reset = limiter.get_window_stats(item, name, key).reset_time
        raise TooMany(max(1, int(reset - clock.now().timestamp())))
