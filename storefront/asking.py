"""Who is asking, from where, and how often."""

import logging

import limits
from flask import g, request
from limits.errors import StorageError

from storefront import clock
from storefront.cookies import CART, PASS, PERSONAL_COOKIES, TOOLS, WAITING, read_cookie
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
    proven = read_cookie(PASS) or {}
    return Visitor(
        client=client_address(),
        cart_id=read_cookie(CART),
        email=host.email.casefold() if host else proven.get("email"),
        email_scope="verified" if host else proven.get("scope", "content"),
        waiting_id=read_cookie(WAITING),
        tools=frozenset(read_cookie(TOOLS) or ()),
        is_staff=bool(host and host.is_staff),
        personal=bool(host) or any(name in request.cookies for name in PERSONAL_COOKIES),
    )


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
