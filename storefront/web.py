"""The door through which views reach everything a page needs."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from storefront import guards, passes
from storefront.asking import client_address, limit, visitor
from storefront.caching import (
    PRIVATE,
    StaticFiles,
    asset_version,
    keep_forever,
    mark,
    public_page,
)
from storefront.cookies import (
    CART,
    NOTICE,
    OPENED,
    PASS,
    PROGRAMMES,
    SAVED,
    SHARES,
    TOOLS,
    WAITING,
    drop_cookie,
    read_cookie,
    set_cookie,
)
from storefront.layout import below, media_url, money_text, page_context
from storefront.state import ShopState, settings, shop

__all__ = [
    "CART", "NOTICE", "NOTICE_SECONDS", "OPENED", "PASS", "PRIVATE", "PROGRAMMES", "SAVED", "SHARES", "TOOLS", "WAITING", "ShopState", "StaticFiles", "absolute", "asset_version", "below",
    "blueprint", "bounds_own_form", "client_address", "drop_cookie", "from_other_sites", "go", "keep_forever", "limit", "local_url",
    "media_origin", "media_url", "money_text", "page", "page_context", "path_for", "pay_origin", "protect", "public_page",
    "read_cookie", "set_cookie", "settings", "shop", "takes_files", "visitor", "wants_json", "without_referrer",
]  # fmt: skip

NOTICE_SECONDS = 300
View = TypeVar("View", bound=Callable[..., Any])

CSP = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'{pay}"
)


def blueprint(name: str, import_name: str) -> Blueprint:
    """Make a blueprint of ours: guarded, with our headers; `name` is prefixed by its package."""
    from storefront import problems  # it needs this module whole

    package = import_name.split(".", 1)[0]
    made = Blueprint(f"{package}_{name}", import_name)
    made.before_request(_guard)
    made.after_request(_headers)
    made.context_processor(page_context)
    problems.register(made)
    return made


def _guard() -> None:
    wanted, view = settings(), current_app.view_functions[request.endpoint or ""]
    files = getattr(view, "takes_files", "")
    guards.limit_body(request, wanted, getattr(wanted, files) if files else 0)
    guards.check_host(request, wanted)
    if not getattr(view, "from_other_sites", False):
        guards.check_site(request, wanted)
    bounds_form = not getattr(view, "bounds_own_form", False)
    guards.check_text(request, wanted, reads_form=not files, bounds_form=bounds_form)


def bounds_own_form(view: View) -> View:
    """Let the view say which field is too long, in the form that was sent; it bounds them all."""
    view.bounds_own_form = True  # type: ignore[attr-defined]
    return view


def from_other_sites(view: View) -> View:
    """Let programs and other sites post here: the view checks a signature or token itself."""
    view.from_other_sites = True  # type: ignore[attr-defined]
    return view


def _headers(response: Response) -> Response:
    mark(response)
    protect(response)
    passes.note_seen()
    if NOTICE in request.cookies and g.get("storefront_notice_shown"):
        drop_cookie(response, NOTICE)
    return response


def protect(response: Response) -> Response:
    """Say what a browser may load, frame and tell of this answer."""
    pay = f" {pay_origin()}" if pay_origin() else ""
    policy = CSP.format(pay=pay)
    for source in ("img-src", "media-src", "connect-src") if media_origin() else ():
        policy = policy.replace(f"{source} 'self'", f"{source} 'self' {media_origin()}")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def without_referrer(response: Response) -> Response:
    """Let no page that is opened by a key tell its address to anybody, not even to this site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def media_origin() -> str:
    """Tell from where browsers load media; empty when all of it comes from the shop."""
    wanted = settings()
    if wanted.delivery != "s3":
        return ""
    return (
        wanted.media_s3_endpoint.rstrip("/")
        or f"https://s3.{wanted.media_s3_region}.amazonaws.com"
    )


def takes_files(setting: str) -> Callable[[View], View]:
    """Let a view read a large body itself, up to a setting; the guard leaves its form alone.

    Who asks is known before anything of the body is read.
    """

    def mark_it(view: View) -> View:
        view.takes_files = setting  # type: ignore[attr-defined]
        return view

    return mark_it


def pay_origin() -> str:
    """Tell where forms that lead to a payment may end: a redirect after a form counts as its action."""
    wanted = settings()
    if wanted.payments == "till":
        return (
            f"http://127.0.0.1:{wanted.till_port}"
            if not wanted.stripe_api_base
            else wanted.stripe_api_base
        )
    return "https://checkout.stripe.com https://billing.stripe.com"


def wants_json() -> bool:
    """Tell whether a program asks: by the address, or by what it accepts."""
    if request.path.startswith(f"{settings().url_prefix}/api/"):
        return True
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page."""
    return make_response(render_template(template, **context), status)


def go(url: str, *, notice: str | None = None) -> AnyResponse:
    """Send the visitor on after a form, with a sentence to show there."""
    response = redirect(url, 303)
    if notice:
        set_cookie(response, NOTICE, notice, NOTICE_SECONDS)
    return response


def local_url(text: str | None, default: str) -> str:
    """Keep a wish where to go next only when it stays in this shop."""
    wish = text or ""
    is_path = wish.startswith("/") and not wish.startswith("//")
    return wish if is_path and wish.isprintable() and "\\" not in wish else default


def absolute(path: str) -> str:
    """Give the address to write in letters: never taken from the request's host."""
    return settings().origin + path


def path_for(endpoint: str, **values: Any) -> str:
    """Give the path of a page, also in a command or a worker where there is no request."""
    if has_request_context():
        return url_for(endpoint, **values)
    return current_app.url_map.bind("localhost").build(endpoint, values)
