"""Which member asks: a cookie's key, a session in the database, and the member it belongs to."""

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.cookies import drop_cookie, read_cookie, set_cookie
from storefront.errors import SignInFirst
from storefront.staff import sessions
from storefront.staff.sessions import Staff

COOKIE = "storefront_staff"
BELOW = "/backoffice"


def current() -> Staff | None:
    """Tell which member asks; the database is asked in each request."""
    if "storefront_staff" not in g:
        g.storefront_staff = _signed_in()
    found: Staff | None = g.storefront_staff
    return found


def member() -> Staff:
    """Give the member who asks, on a page that only members reach.

    Raises:
        SignInFirst: nobody is signed in.
    """
    found = current()
    if found is None:
        raise SignInFirst
    return found


def areas() -> tuple[str, ...]:
    """Name the paths of the staff's pages: ours, and those of plugins."""
    return (BELOW, *(place.path for place in web.shop().hooks.desk_places()))


def is_inside(path: str) -> bool:
    """Tell whether a path is one of the staff's pages."""
    homes = [web.below(area) for area in areas()]
    return any(path == home or path.startswith(f"{home}/") for home in homes)


def keep(response: AnyResponse, key: str) -> AnyResponse:
    """Give this device the key of its session, for the staff's pages alone."""
    seconds = web.settings().staff_session_hours * 3600
    for area in areas():
        set_cookie(response, COOKIE, key, seconds, area)
    return response


def keep_everywhere(response: AnyResponse) -> AnyResponse:
    """Give a device that is signed in its key again, also for places that are new."""
    return keep(response, str(read_cookie(COOKIE)))


def forget(response: AnyResponse) -> AnyResponse:
    """Take the key back from this device."""
    for area in areas():
        drop_cookie(response, COOKIE, area)
    return response


def agent() -> str:
    """Tell what the device calls itself, for the list of sessions."""
    return request.headers.get("User-Agent", "")[:120]


def note_seen(staff: Staff) -> None:
    """Write down that the device is in use, once a minute at most."""
    now = clock.now()
    if staff.is_stale(now):
        with database.transaction() as db:
            sessions.seen(db, staff.session_id, now)


def _signed_in() -> Staff | None:
    key = read_cookie(COOKIE)
    if not isinstance(key, str):
        return None
    found = sessions.find(database.session(), key, web.settings(), clock.now())
    if found is None or (found.way == "host" and not host_knows(found.email)):
        return None
    return found


def host_knows(email: str) -> bool:
    """Tell whether the host app says, in this request, that its staff with this address asks."""
    visitor = web.visitor()
    return visitor.is_staff and visitor.email == email
