"""Sign in by a mailed code or link. No GET signs anybody in: mail scanners follow links."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, passes, web
from storefront.account import door, waiting
from storefront.account.forms import DigitsForm, SignInForm
from storefront.cart.joining import TOGETHER
from storefront.customers import codes, sign_in
from storefront.customers.models import CustomerSignIn
from storefront.errors import Invalid, LinkExpired, ShopError
from storefront.newsletter.addresses import mailbox

blueprint = web.blueprint("sign_in", __name__)
blueprint.after_request(web.without_referrer)

SIGNED_IN = "You are signed in."
SIGNED_IN_HERE = (
    "You are signed in on this device. The one that asked is not: it needs a letter of its own."
)


@blueprint.get("/account/sign-in")
def page() -> AnyResponse:
    """Show the form, unless this device is signed in already."""
    return web.go(door.next_url()) if door.owner() else _page(SignInForm())


@blueprint.post("/account/sign-in")
def ask() -> AnyResponse:
    """Write the letter; the answer is the same for every address."""
    form = SignInForm(request.form)
    waiting.count_letter()
    try:
        with database.transaction() as db:
            wish_id = sign_in.ask(
                db, form.email.data or "", mailbox=mailbox(form.email.data or ""), link_of=waiting.link_of, next_url=door.next_url(),
                rule=web.settings().limit_sign_in_address, now=clock.now(),
            )  # fmt: skip
    except Invalid as problem:
        form.tell(problem.fields)
        return _page(form, 422)
    return waiting.wait(wish_id, url_for(".code_page"))


@blueprint.get("/account/sign-in/code")
def code_page() -> AnyResponse:
    """Show the field for the six digits."""
    wish = sign_in.waiting(database.session(), waiting.wish_id(), clock.now())
    if wish is not None:
        return _code_page(DigitsForm())
    return web.go(door.next_url() if door.owner() else url_for(".page"))


@blueprint.post("/account/sign-in/code")
def code() -> AnyResponse:
    """Sign in by the code, on the device that waits for it."""
    form = DigitsForm(request.form)
    waiting.count_try()
    try:
        digits = codes.digits(form.code.data)
        with database.transaction() as db:
            wish = sign_in.by_code(db, waiting.wish_id(), digits, clock.now())
            found = (wish.email, wish.next_url) if wish else None
    except LinkExpired as problem:
        return _page(SignInForm(), 410, problem)
    except Invalid as problem:
        form.tell(problem.fields)
        return _code_page(form, 422)
    if found is None:
        form.tell({"code": codes.WRONG})
        return _code_page(form, 422)
    return _enter(*found, way="code", told=SIGNED_IN)


@blueprint.get("/account/sign-in/link/<token>")
def link_page(token: str) -> Response:
    """Show the button that signs in."""
    wish = sign_in.waiting(database.session(), waiting.wish_of(token), clock.now())
    if wish is None:
        return _page(SignInForm(), 410, LinkExpired(sign_in.USED_UP))
    return door.page("sign_in_link", token=token, email=wish.email, here=_asked_here(wish))


@blueprint.post("/account/sign-in/link/<token>")
def link(token: str) -> AnyResponse:
    """Sign this device in by the link's button, once, and say when another one had asked."""
    try:
        with database.transaction() as db:
            wish = sign_in.take(db, waiting.wish_of(token), clock.now())
            found, here = (wish.email, wish.next_url), _asked_here(wish)
    except LinkExpired as problem:
        return _page(SignInForm(), 410, problem)
    return _enter(*found, way="link", told=SIGNED_IN if here else SIGNED_IN_HERE)


@blueprint.post("/account/sign-out")
def sign_out() -> AnyResponse:
    """Sign this device out; its key opens nothing from now on."""
    response = web.go(url_for("storefront_catalog.home"), notice="You are signed out.")
    passes.forget(response)
    return response


def _asked_here(wish: CustomerSignIn) -> bool:
    return waiting.wish_id() == wish.id


def _enter(email: str, onward: str, *, way: str, told: str) -> AnyResponse:
    response = web.go(web.local_url(onward, url_for("storefront_account.home")))
    if passes.prove(response, email, way):
        told = f"{told} {TOGETHER}"
    waiting.is_over(response)
    web.set_cookie(response, web.NOTICE, told, web.NOTICE_SECONDS)
    return response


def _page(form: SignInForm, status: int = 200, problem: ShopError | None = None) -> Response:
    return door.page(
        "sign_in", status, form=form, problem=problem, next_url=door.next_url(),
        minutes=int(sign_in.LIFE.total_seconds()) // 60,
    )  # fmt: skip


def _code_page(form: DigitsForm, status: int = 200) -> Response:
    return door.page("sign_in_code", status, form=form)
