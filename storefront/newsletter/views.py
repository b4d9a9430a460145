"""The newsletter's pages. No GET changes what is stored: mail scanners follow links."""

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, tokens, web
from storefront.errors import Invalid, LinkExpired, ShopError
from storefront.newsletter import (
    consent,
    devices,
    letters,
    links,
    lists,
    reading,
    service,
    topics,
)
from storefront.newsletter.forms import CodeForm, SignUpForm
from storefront.newsletter.models import SignupRequest
from storefront.newsletter.panel import waiting_panel

blueprint: Blueprint = web.blueprint("newsletter", __name__)


@blueprint.get("/newsletter")
@web.public_page
def page() -> Response:
    """Show the form, or what this device waits for."""
    return _page()


@blueprint.post("/newsletter")
def sign_up() -> AnyResponse:
    """Take an address, write the letter, and let this device wait."""
    form = SignUpForm(request.form)
    devices.count_sign_up(form.email.data or "")
    if devices.is_robot(form):
        return devices.wait(tokens.key(), devices.next_url())
    try:
        with database.transaction() as db:
            wish = service.sign_up(
                db, form.email.data or "", form=form.form_name, consent_text=_words(db, form),
                locale=web.settings().locale, next_url=devices.next_url(), client=web.client_address(),
                wants_newsletter=form.wants_newsletter, now=clock.now(), office=links.office(),
                list_slugs=form.chosen_lists, interests=topics.known(db, form.topics.data),
            )  # fmt: skip
            waiting_id = wish.id
    except Invalid as error:
        return _page(422, form=form, problem=error)
    return devices.wait(waiting_id, devices.next_url())


@blueprint.get("/newsletter/confirm/<token>")
def confirm_page(token: str) -> Response:
    """Show the button that confirms."""
    found = service.waiting(database.session(), links.request_id(token), clock.now())
    if found is None or found.confirmed_at:
        return _expired()
    return web.page(
        "storefront/newsletter_confirm.html", token=token, wish=found,
        masked=letters.masked(found.email),
    )  # fmt: skip


@blueprint.post("/newsletter/confirm/<token>")
def confirm(token: str) -> AnyResponse:
    """Confirm, and take this device as the owner's."""
    try:
        with database.transaction() as db:
            found = service.confirm(
                db, links.request_id(token), client=web.client_address(),
                office=links.office(), now=clock.now(),
            )  # fmt: skip
            email, next_url = found.email, found.next_url
    except LinkExpired:
        return _expired()
    return devices.welcome(email, next_url)


@blueprint.post("/newsletter/code")
def code() -> AnyResponse:
    """Confirm by the code of the letter, on the device that waits."""
    web.limit("code_client", web.settings().limit_code_client, web.client_address())
    form = CodeForm(request.form)
    try:
        with database.transaction() as db:
            found = service.confirm_by_code(
                db, web.visitor().waiting_id or "", form.digits, client=web.client_address(),
                office=links.office(), now=clock.now(),
            )  # fmt: skip
            opened = (found.email, found.next_url) if found else None
    except LinkExpired:
        return _expired()
    except Invalid as no_tries:
        return _waiting_page(devices.waited_for(), 422, problem=no_tries)
    if opened is None:
        wrong = Invalid(fields={"code": "This is not the code of the newest letter."})
        return _waiting_page(devices.waited_for(), 422, problem=wrong)
    return devices.welcome(*opened)


@blueprint.post("/newsletter/again")
def again() -> AnyResponse:
    """Write the letter once more."""
    devices.count_letter()
    try:
        with database.transaction() as db:
            service.again(
                db, web.visitor().waiting_id or "", office=links.office(), now=clock.now()
            )
    except LinkExpired:
        return _expired()
    return web.go(
        devices.next_url(), notice="Another letter is on its way. Its code replaces the last."
    )


@blueprint.post("/newsletter/start-again")
def start_again() -> AnyResponse:
    """Stop waiting, to type another address."""
    response = web.go(devices.next_url())
    web.drop_cookie(response, web.WAITING)
    return response


@blueprint.get("/newsletter/waiting")
def waiting() -> AnyResponse:
    """Open this device if its letter was confirmed elsewhere, else say what it waits for."""
    found = devices.waited_for()
    if found is not None and found.confirmed_at:
        onward = web.go(devices.next_url(), notice=devices.CONFIRMED)
        return devices.let_in(onward, found.email, found.confirmed_at)
    return _waiting_page(found)


@blueprint.get("/newsletter/waiting.json")
def waiting_facts() -> AnyResponse:
    """Tell the page's script whether to go on waiting; opens this device like the page."""
    found = devices.waited_for()
    if found is None:
        return jsonify(state="gone")
    if found.confirmed_at is None:
        return jsonify(state="waiting")
    return devices.let_in(jsonify(state="open"), found.email, found.confirmed_at)


def _words(db: Session, form: SignUpForm) -> str:
    """Give the words that stood beside what was chosen."""
    if not form.wants_newsletter or not form.chosen_lists:
        return form.consent_text
    return consent.words_of(
        [one for one in lists.everything(db) if one.slug in form.chosen_lists]
    )


def _page(
    status: int = 200, *, form: SignUpForm | None = None, problem: ShopError | None = None
) -> Response:
    visitor, db, form = web.visitor(), database.session(), form or SignUpForm()
    reads = reading.of(db, visitor, web.settings(), clock.now()).reads
    offered = lists.everything(db)
    return web.page(
        "storefront/newsletter.html", status, email=form.email.data or "", problem=problem,
        reads=reads, next_url=devices.next_url(), offered=offered if len(offered) > 1 else [],
        chosen=form.lists.data or [one.slug for one in offered if one.is_default],
        topics=topics.offered(db), interests=form.topics.data or (), after=consent.AFTER,
        waiting=waiting_panel(devices.waited_for(), devices.next_url()) if not reads else None,
        consent_text=consent.AFTER if len(offered) > 1 else consent.NEWSLETTER,
        stamp=links.stamp(int(clock.now().timestamp())) if visitor.personal else None,
    )  # fmt: skip


def _waiting_page(
    found: SignupRequest | None, status: int = 200, problem: Invalid | None = None
) -> Response:
    if found is None:
        return _expired()
    panel = waiting_panel(found, devices.next_url(), problem)
    return web.page("storefront/newsletter_waiting.html", status, waiting=panel)


def _expired() -> Response:
    problem = LinkExpired(service.USED_UP)
    return web.page(
        "storefront/newsletter_expired.html", problem.status, problem=problem,
        consent_text=consent.NEWSLETTER, next_url=devices.next_url(),
    )  # fmt: skip
