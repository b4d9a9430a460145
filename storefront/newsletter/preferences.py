"""A reader's choices: by the link of a letter, or on a device where the address was proven.

The link is no sign-in. It shows which lists and topics an address has, and lets them be changed;
what else we know of somebody is sent to the address and never shown to whoever has the link.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.errors import LinkExpired, NotFound
from storefront.newsletter import (
    choices,
    history,
    letters,
    links,
    lists,
    service,
    subscriptions,
    topics,
)
from storefront.newsletter.forms import ChoicesForm

blueprint: Blueprint = web.blueprint("newsletter_preferences", __name__)

NOT_OURS = "This link is not one of ours, or the address was erased."


@dataclass(frozen=True)
class Chooser:
    """Whose choices are shown, and whether this device has proven the address."""

    email: str
    token: str = ""

    @property
    def url(self) -> str:
        """Give the path of their page."""
        if not self.token:
            return url_for("storefront_newsletter_preferences.own_page")
        return url_for("storefront_newsletter_preferences.preferences_page", token=self.token)


@blueprint.get("/newsletter/preferences")
def own_page() -> AnyResponse:
    """Show the choices of the address that was proven on this device, or lead to proving one."""
    if not _proven_email():
        here = url_for("storefront_newsletter_preferences.own_page")
        return web.go(url_for("storefront_sign_in.page", next=here))
    return _page(_proven())


@blueprint.post("/newsletter/preferences")
def own_choices() -> AnyResponse:
    """Keep the choices of the address that was proven on this device."""
    return _keep(_proven())


@blueprint.post("/newsletter/preferences/export")
def own_export() -> AnyResponse:
    """Hand over what the newsletter knows of the address that was proven on this device."""
    facts = history.facts(database.session(), _proven().email, web.settings(), clock.now())
    answer = jsonify(facts)
    answer.headers["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return answer


@blueprint.get("/newsletter/preferences/<token>")
def preferences_page(token: str) -> Response:
    """Show the choices of the reader whom a letter was written to."""
    return _page(_linked(token))


@blueprint.post("/newsletter/preferences/<token>")
def keep_choices(token: str) -> AnyResponse:
    """Keep the choices of the reader whom a letter was written to."""
    return _keep(_linked(token))


@blueprint.post("/newsletter/preferences/<token>/export")
def export(token: str) -> AnyResponse:
    """Send what the newsletter knows of an address to that address."""
    who = _linked(token)
    with database.transaction() as db:
        facts = history.facts(db, who.email, web.settings(), clock.now())
        letters.write_export(db, who.email, facts, clock.now())
    return web.go(who.url, notice="It is on its way to your mailbox, once a day at most.")


def _proven_email() -> str:
    visitor = web.visitor()
    return visitor.email or "" if visitor.email_scope == "verified" else ""


def _proven() -> Chooser:
    email = _proven_email()
    if not email:
        message = "Show first that the address is yours: sign in, or use the link of a letter."
        raise NotFound(message)
    return Chooser(email)


def _linked(token: str) -> Chooser:
    email = links.chooser(token)
    if not email or subscriptions.reader(database.session(), email) is None:
        raise LinkExpired(NOT_OURS)
    return Chooser(email, token)


def _page(who: Chooser) -> Response:
    db = database.session()
    offered = choices.of(db, who.email)
    return web.without_referrer(
        web.page(
            "storefront/newsletter_preferences.html", who=who, masked=letters.masked(who.email),
            offered=offered, topics=topics.offered(db), chosen=service.topics(db, who.email),
            stopped=service.is_suppressed(db, who.email, settings=web.settings()),
            reads=any(one.reads for one in offered),
        )
    )  # fmt: skip


def _keep(who: Chooser) -> AnyResponse:
    form = ChoicesForm(request.form)
    with database.transaction() as db:
        if form.action.data == "leave_all":
            told = "You will get no more letters. Mails about your orders still come."
            service.leave(
                db, who.email, client=web.client_address(), settings=web.settings(),
                now=clock.now(), form="preferences",
            )  # fmt: skip
        else:
            told = "Your choices are kept."
            wanted = lists.chosen(db, form.lists.data) if form.lists.data else []
            chosen = topics.known(db, form.topics.data)
            choices.keep(
                db, who.email, wanted, chosen, client=web.client_address(), settings=web.settings(),
                now=clock.now(),
            )  # fmt: skip
    return web.go(who.url, notice=told)
