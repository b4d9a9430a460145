"""Who comes through with a grant: checked at each request, asked of the gate anew within half a minute."""

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from flask import request

from routines.access.decide import Decision
from routines.videos import grants, live, service
from routines.videos.film import Film
from routines.videos.grants import Grant
from storefront.public import clock, session, transaction, web

REMEMBERED = timedelta(seconds=15)  # how long a yes of the gate is believed
MOST = 2000
_yes: "OrderedDict[tuple[int, str], tuple[datetime, Film]]" = OrderedDict()
_lock = threading.Lock()


def film_for(sealed: str, video: str) -> Film | None:
    """Give the film that a grant opens for who asks; None where it stays closed.

    Raises:
        NotFound: there is no such video any more.
    """
    visitor, now = web.visitor(), clock.now()
    held = grants.read(web.shop().signer, sealed)
    viewer = grants.fingerprint_of(visitor)
    if held is None or not grants.holds(held, video=video, viewer=viewer, now=now):
        return None
    key = (id(web.shop()), f"{held.key} {viewer}")
    film = _remembered(key, now)
    if film is None and _is_open(held, now):
        decision, film = _ask(video, now)
        if decision.via != "share":  # a link that is taken back ends at once
            _remember(key, now, film)
    return film


def _ask(video: str, now: datetime) -> tuple[Decision, Film | None]:
    """Ask the gate whether this visitor may still see a film."""
    db = session()
    asset, film = service.named(db, video)
    decision = service.decision(db, asset, web.visitor(), web.settings(), now)
    return decision, film if decision.allowed else None


def _is_open(held: Grant, now: datetime) -> bool:
    """Note a grant that is used for the first time; one that was closed opens nothing."""
    if held.viewer == grants.ANYBODY:
        return True
    row = live.known(session(), held)
    if row is None:
        with transaction() as db:
            row = live.open_(db, held, device(), web.settings().gate_live_grants, now)
            return row.closed_at is None
    return row.closed_at is None


def device() -> str:
    """Tell one device of a viewer from another, without keeping what they are."""
    cookies = request.cookies
    known = cookies.get(web.PASS) or cookies.get(web.OPENED)
    told = known or f"{web.client_address()} {request.user_agent.string}"
    return hashlib.sha256(f"device:{told}".encode()).hexdigest()[:16]


def forget() -> None:
    """Ask the gate anew at the next request of everybody."""
    with _lock:
        _yes.clear()


def _remembered(key: tuple[int, str], now: datetime) -> Film | None:
    with _lock:
        until, film = _yes.get(key, (now, None))
    return film if until > now else None


def _remember(key: tuple[int, str], now: datetime, film: Film | None) -> None:
    if film is None:
        return
    with _lock:
        _yes[key] = (now + REMEMBERED, film)
        _yes.move_to_end(key)
        while len(_yes) > MOST:
            _yes.popitem(last=False)
