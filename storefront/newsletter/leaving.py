"""Leaving: by the link of a letter, by the button of a mail program, or by asking for a link.

The signed token is all it takes. It is bound to an address and a list, is never used up, stops no
receipt, and a token that is not ours is answered like one that is: there is nothing to find out.
"""

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, Unavailable
from storefront.newsletter import devices, letters, links, lists, service, subscriptions
from storefront.newsletter.links import Leaver
from storefront.newsletter.models import LeaveReason

blueprint: Blueprint = web.blueprint("newsletter_leaving", __name__)

REASONS = {
    "too_many": "Too many letters",
    "not_for_me": "They are not about what I care for",
    "did_not_ask": "I never asked for them",
    "no_need": "I do not need them any more",
}


@blueprint.get("/newsletter/leave/<token>")
def leave_page(token: str) -> Response:
    """Show the buttons that stop the letters."""
    return _page(token, links.leaver(token))


@blueprint.post("/newsletter/leave/<token>")
@web.from_other_sites
def leave(token: str) -> Response:
    """Stop the letters, or let them pause; every answer is the same.

    Raises:
        Unavailable: it could not be written down; mail programs then try again.
    """
    who, what = links.leaver(token), request.form.get("what", "")
    wanted = None if what == "all" else who.lists
    try:
        with database.transaction() as db:
            if what == "pause":
                subscriptions.pause(db, who.email, wanted, clock.now())
            else:
                service.leave(
                    db, who.email, wanted, client=web.client_address(), settings=web.settings(),
                    now=clock.now(),
                )  # fmt: skip
    except DBAPIError as error:
        raise Unavailable from error
    return _page(token, who, done="paused" if what == "pause" else "left", is_all=not wanted)


@blueprint.post("/newsletter/come-back/<token>")
def come_back(token: str) -> AnyResponse:
    """Take leaving back."""
    who = links.leaver(token)
    wanted = None if request.form.get("what") == "all" else who.lists
    with database.transaction() as db:
        service.come_back(
            db, who.email, wanted, client=web.client_address(), settings=web.settings(),
            now=clock.now(),
        )  # fmt: skip
    return web.go(url_for("storefront_newsletter.page"), notice="You are back on the list.")


@blueprint.post("/newsletter/leave/<token>/reason")
def reason(token: str) -> AnyResponse:
    """Count why somebody left, without writing down who."""
    web.limit("leave_reason", web.settings().limit_signup_client, web.client_address())
    who, why = links.leaver(token), request.form.get("reason", "")
    if who.email and why in REASONS:
        with database.transaction() as db:
            db.add(LeaveReason(list_slug=who.list_slug, reason=why, at=clock.now()))
    return web.go(url_for("storefront_newsletter.page"), notice="Thank you. That helps.")


@blueprint.get("/newsletter/leave")
def ask_page() -> Response:
    """Ask which address is to get no more letters."""
    return web.page("storefront/newsletter_leave_ask.html")


@blueprint.post("/newsletter/leave")
def ask() -> AnyResponse:
    """Mail the link to leave; whether the address reads anything is not told."""
    typed = request.form.get("email", "")
    devices.count_sign_up(typed)
    try:
        email = canonical_email(typed)
    except Invalid as problem:
        return web.page(
            "storefront/newsletter_leave_ask.html", 422, email=typed, problem=problem
        )
    with database.transaction() as db:
        letters.write_leave_link(db, email, links.office(), clock.now())
    told = "If this address gets letters from us, one with the link to leave is on its way."
    return web.go(url_for("storefront_newsletter.page"), notice=told)


def _page(token: str, who: Leaver, *, done: str = "", is_all: bool = False) -> Response:
    db = database.session()
    names = lists.names(db, who.lists or [])
    return web.page(
        "storefront/newsletter_leave.html", token=token, done=done, name="" if is_all else "".join(names),
        keeps=web.settings().gate_keep_after_leaving, reasons=REASONS,
        preferences=links.preferences_path(who.email) if who.email else "",
    )  # fmt: skip
