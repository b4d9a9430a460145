"""The frame of the backoffice: who may come in, what a page is given, what is written down.

How to add a room, say `orders` (members.py is a whole example):

1. `blueprint = desk.room("orders", __name__)`, with addresses below `/backoffice/orders`.
2. Each view gets a line in the table of `storefront/staff/roles.py`: `"orders.page": Rule(PACKERS)`.
   Without it everybody is refused. `Rule(KEEPERS, fresh=True)` also asks for a code or passkey of
   the last ten minutes, on GET and POST alike: mark both the page that shows the sum and the view
   that does it, and nobody is asked between the two.
3. A view finds, calls a service and answers with `desk.page("backoffice/orders.html", …)`; after a
   form, with `web.go(url, notice="…")`. `desk.member()` is who asks, `desk.who()` their address.
4. Whatever changes something notes it in its own transaction: `desk.audit(db, "order.shipped",
   order.number, parcels=1)`. A POST that does not is noted by the frame, with its address alone.
5. Templates extend `backoffice/base.html` and use `backoffice/macros.html` (head, table, link, filters,
   pager, confirm, badge, pairs, actions, card, post), beside the shop's own `macros/ui.html` (button,
   notice_box, empty_state) and `macros/forms.html` (field, error_summary).
6. The room is listed in `backoffice/rooms.py` and in `backoffice/menu.py`, and tells what needs
   somebody in `backoffice/attention.py`. A room of a plugin is one of its `blueprints()`; its path,
   its rows of the table and its links of the menu are what its hook `desk_places()` answers.

Somebody who is not signed in is sent to sign in, whatever the address. Somebody whose role may
not come here gets 403, before anything is looked up; what is not there is 404.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, problems, web
from storefront.backoffice import entrance, menu
from storefront.backoffice.entrance import current, member
from storefront.errors import Forbidden, SignInFirst, WrittenMeanwhile
from storefront.staff import audit as log
from storefront.staff import roles

__all__ = ["audit", "current", "fresh", "member", "page", "room", "who"]

log_errors = logging.getLogger(__name__)

SIGN_IN = "storefront_backoffice_sign_in.page"
FRESH = "storefront_backoffice_fresh.page"
HOME = "storefront_backoffice_home.page"
NOTHING_HERE = "storefront_backoffice_home.nothing_here"
PROVE = "Show first that it is you; then press the button again."


def room(name: str, import_name: str) -> Blueprint:
    """Make a blueprint of the backoffice, held to the table of roles."""
    made = web.blueprint(f"backoffice_{name}", import_name)
    made.problem_page = "backoffice/problem.html"  # type: ignore[attr-defined]
    made.before_request(_enter)
    made.after_request(_write_down)
    made.context_processor(_context)
    made.register_error_handler(IntegrityError, _at_once)
    return made


def who() -> str:
    """Give the address of the member who asks, as it stands in histories and logs."""
    return member().email


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page of the backoffice; nobody may keep it."""
    return web.page(template, status, **context)


def audit(db: Session, action: str, about: str = "", **facts: Any) -> None:
    """Write down in the running transaction what is done, and by whom."""
    g.storefront_audited = True
    staff = current()
    name = staff.email if staff else "stranger"
    log.note(db, name, action, about, client=web.client_address(), **facts)


def fresh(back: str | None = None) -> AnyResponse | None:
    """Give the way to a new proof where the last is too old, else None.

    The table does this for whole addresses; call it where only some forms need it.

    Raises:
        Forbidden: a program asks, which cannot be sent on.
    """
    if member().is_fresh(clock.now()):
        return None
    if web.wants_json():
        raise Forbidden(PROVE)
    is_read = request.method in guards.SAFE_METHODS
    here = request.full_path.rstrip("?") if is_read else _form_page()
    return web.go(url_for(FRESH, next=back or here), notice=None if is_read else PROVE)


def _enter() -> AnyResponse | None:
    """Let in whom the table lets in; what it does not have is for nobody."""
    rule = roles.rule_of(request.endpoint)
    if rule is not None and rule.open:
        return None
    staff = current()
    if staff is None:
        return _to_sign_in()
    if rule is None or staff.role not in rule.roles:
        g.storefront_refused = True
        message = f"You work here as {staff.role}. Ask an owner if you need this."
        raise Forbidden(message)
    entrance.note_seen(staff)
    return fresh() if rule.fresh else None


def _at_once(error: IntegrityError) -> Response:
    """Answer the second of two who write the same at one moment; nothing of theirs is written."""
    log_errors.warning("two wrote the same at once", exc_info=error)
    database.session().rollback()
    return problems.answer(WrittenMeanwhile())


def _to_sign_in() -> AnyResponse:
    if web.wants_json():
        raise SignInFirst
    is_read = request.method in guards.SAFE_METHODS
    wish = request.full_path.rstrip("?") if is_read else _form_page()
    notice = None if is_read else "You were signed out. Sign in, then press the button again."
    return web.go(url_for(SIGN_IN, next=wish), notice=notice)


def _form_page() -> str:
    """Tell where the form stood that was sent: browsers say so to their own site."""
    came_from = urlsplit(request.referrer or "")
    ours = f"{came_from.scheme}://{came_from.netloc}" in {
        web.settings().origin, request.host_url.rstrip("/")
    }  # fmt: skip
    home = url_for(HOME)
    path = web.local_url(came_from.path if ours else None, home)
    while entrance.is_inside(path) and not _is_page(path):
        path = path.rpartition("/")[0]  # a form that stands in the answer to another
    return path if entrance.is_inside(path) else home


def _is_page(path: str) -> bool:
    """Tell whether something can be looked at there."""
    known = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = known.match(path.removeprefix(request.script_root), method="GET")
    except HTTPException:  # a redirect of the map is one too
        return False
    return bool(endpoint != NOTHING_HERE)


def _write_down(response: Response) -> Response:
    """Note a form that no view noted itself, and one that a role was refused."""
    staff = current() if request.method not in guards.SAFE_METHODS else None
    is_refused = g.get("storefront_refused", False)
    if staff and not g.get("storefront_audited") and (response.status_code < 400 or is_refused):
        name = (request.endpoint or "").removeprefix(roles.PREFIX).replace("_backoffice_", ".")
        with database.transaction() as db:
            audit(db, f"refused: {name}" if is_refused else name, request.path)
    return response


def _context() -> dict[str, Any]:
    """Give what the layout of every page of the backoffice needs."""
    staff = current()
    mode = "" if web.settings().livemode else "No real money"
    return {
        "staff": staff,
        "desk_menu": menu.of(staff.role) if staff else [],
        "desk_mode": mode,
    }
