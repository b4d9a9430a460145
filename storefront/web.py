"""What every page needs: the visitor, the guards, the cookies, caching and errors."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import limits
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
from limits.errors import StorageError
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, outbox
from storefront.customers.visitor import HostUser, Visitor
from storefront.errors import TooMany
from storefront.hooks import Hooks, MenuItem
from storefront.mail import Transport
from storefront.money import Money
from storefront.resources import PACKAGE, data_folder
from storefront.settings import Settings
from storefront.text import markdown
from storefront.tokens import Signer
from storefront.version import __version__

if TYPE_CHECKING:
    from storefront.payments.gateway import Gateway

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

CART, PASS, TOOLS, WAITING, NOTICE = (
    "storefront_cart", "storefront_pass", "storefront_tools", "storefront_waiting", "storefront_notice"
)  # fmt: skip
PERSONAL_COOKIES = (CART, PASS, TOOLS, WAITING, NOTICE)
LAYOUT_LINKS = {
    "home": "storefront_catalog.home", "search": "storefront_search.search_page",
    "suggest": "storefront_api.found", "cart": "storefront_cart.cart_page",
    "newsletter": "storefront_newsletter.page", "help": "storefront_pages.help_page",
}  # fmt: skip
HELP_LINKS = ("delivery", "returns", "contact", "privacy", "terms")
OWN_MENU = (
    MenuItem("Shop", "storefront_catalog.shop_page", 10),
    MenuItem("Help", "storefront_pages.help_page", 90),
)
YEAR_SECONDS = 365 * 86_400
PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"
PRIVATE = "private, no-store"
CSP = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'{pay}"
)


@dataclass
class ShopState:
    """What the extension built for one app: settings and adapters, each once."""

    settings: Settings
    hooks: Hooks
    signer: Signer
    transport: Transport
    limiter: limits.strategies.RateLimiter
    gateway: "Gateway"
    outbox_handlers: dict[str, outbox.Handler] = field(default_factory=dict)
    visitor_from: Callable[[], HostUser | None] | None = None
    cart_count: Callable[[Session, Visitor], int] = lambda _db, _visitor: 0
    look_again: Callable[[int], None] = lambda _order_id: None  # asks whether an order is paid
    free_delivery_over_minor: int = 0
    delivery_minor: int = 0  # what standard delivery costs below that
    delivery_days: tuple[int, int] = (1, 2)  # working days on the way, from and to


def shop() -> ShopState:
    """Give the shop of the current app."""
    state: ShopState = current_app.extensions["storefront"]
    return state


def settings() -> Settings:
    """Give the settings of the current app's shop."""
    return shop().settings


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


def read_cookie(name: str) -> Any | None:
    """Read one of our signed cookies; None when it is missing or not ours."""
    value = request.cookies.get(name)
    return shop().signer.read(name, value, YEAR_SECONDS) if value else None


def set_cookie(
    response: AnyResponse, name: str, value: Any, seconds: int = YEAR_SECONDS
) -> None:
    """Give the visitor one of our signed cookies."""
    response.set_cookie(
        name,
        shop().signer.sign(name, value),
        max_age=seconds,
        path=settings().url_prefix + "/",
        secure=settings().base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: AnyResponse, name: str) -> None:
    """Take one of our cookies back."""
    response.delete_cookie(name, path=settings().url_prefix + "/")


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
    wanted = settings()
    guards.limit_body(request, wanted)
    guards.check_host(request, wanted)
    if not getattr(
        current_app.view_functions[request.endpoint or ""], "from_other_sites", False
    ):
        guards.check_site(request, wanted)
    guards.check_text(request, wanted)


def from_other_sites(view: View) -> View:
    """Let programs and other sites post here: the view checks a signature or token itself."""
    view.from_other_sites = True  # type: ignore[attr-defined]
    return view


def public_page(view: View) -> View:
    """Let caches keep the page of a stranger; somebody with a personal cookie gets an own one."""

    @wraps(view)
    def cached(*args: Any, **kwargs: Any) -> Any:
        if visitor().personal:
            return view(*args, **kwargs)
        g.storefront_etag = page_etag()
        if request.if_none_match.contains_weak(g.storefront_etag):
            return Response(status=304)
        return view(*args, **kwargs)

    cached.cache_class = "public"  # type: ignore[attr-defined]
    return cached  # type: ignore[return-value]


def page_etag() -> str:
    """Name the version of a stranger's page: content, code, address and the hour of its dates."""
    parts = (
        str(database.content_revision(database.session())),
        build_number(),
        request.full_path,
        clock.now().strftime("%Y%m%d%H"),
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _headers(response: Response) -> Response:
    etag = g.get("storefront_etag")
    if etag and response.status_code in (200, 304):
        response.set_etag(etag, weak=True)
        response.headers["Cache-Control"] = PUBLIC
        response.vary.add("Cookie")
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PRIVATE
    protect(response)
    if visitor().personal and NOTICE in request.cookies and g.get("storefront_notice_shown"):
        drop_cookie(response, NOTICE)
    return response


def protect(response: Response) -> Response:
    """Say what a browser may load, frame and tell of this answer."""
    pay = f" {pay_origin()}" if pay_origin() else ""
    response.headers.setdefault("Content-Security-Policy", CSP.format(pay=pay))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def pay_origin() -> str:
    """Tell where a checkout form may lead: a redirect after a form counts as its action."""
    wanted = settings()
    if wanted.payments == "till":
        return (
            f"http://127.0.0.1:{wanted.till_port}"
            if not wanted.stripe_api_base
            else wanted.stripe_api_base
        )
    return "https://checkout.stripe.com"


@dataclass(frozen=True)
class ShopFacts:
    """What templates may know of the shop itself."""

    name: str
    currency: str
    support_email: str
    notice: str
    booking_url: str
    free_delivery_over: str
    links: Mapping[str, str]  # where the layout leads: home, search, cart, help pages


@dataclass(frozen=True)
class MenuLink:
    """A link of the main menu, and whether it leads to this page's part of the shop."""

    label: str
    url: str
    current: bool


def page_context() -> dict[str, Any]:
    """Give what the layout of every page needs."""
    state = shop()
    return {
        "asset": asset,
        "media_url": media_url,
        "shop": shop_facts(),
        "menu": menu(),
        "cart_count": state.cart_count(database.session(), visitor())
        if visitor().cart_id
        else 0,
        "page_url": state.settings.origin + request.path,
        "notice": take_notice(),
        "money": money_text,
        "markdown": prose,
        "visitor": visitor(),
    }


def shop_facts() -> ShopFacts:
    """Give what templates may know of the shop itself."""
    wanted = settings()
    return ShopFacts(
        name=wanted.shop_name, currency=wanted.currency, support_email=wanted.support_email,
        notice=wanted.shop_notice, booking_url=wanted.booking_url,
        free_delivery_over=money_text(shop().free_delivery_over_minor), links=layout_links(),
    )  # fmt: skip


def layout_links() -> dict[str, str]:
    """Give the addresses that the header and the footer lead to."""
    known = current_app.view_functions
    links = {name: url_for(view) for name, view in LAYOUT_LINKS.items() if view in known}
    return links | {
        slug: url_for("storefront_pages.info_page", slug=slug) for slug in HELP_LINKS
    }


def money_text(minor: int, currency: str | None = None) -> str:
    """Write an amount of minor units for this shop's readers."""
    return Money(minor, currency or settings().currency).text(settings().locale)


def below(path: str) -> str:
    """Give the path of a page from its path below the shop's prefix."""
    root = request.script_root if has_request_context() else ""
    return root + settings().url_prefix + path


def prose(text: str) -> Markup:
    """Render Markdown whose `/links` are paths below the shop's prefix."""
    return markdown(text, base=below(""))


def menu() -> list[MenuLink]:
    """Give the main menu, ours and the plugins'."""
    links = []
    items = [*OWN_MENU, *shop().hooks.menu_items()]
    for item in sorted(items, key=lambda item: item.order):
        url = url_for(item.endpoint)
        links.append(MenuLink(item.label, url, request.path.startswith(url)))
    return links


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page."""
    return make_response(render_template(template, **context), status)


def go(url: str, *, notice: str | None = None) -> AnyResponse:
    """Send the visitor on after a form, with a sentence to show there."""
    response = redirect(url, 303)
    if notice:
        set_cookie(response, NOTICE, notice, 300)
    return response


def take_notice() -> str | None:
    """Read the sentence that the last form left, once."""
    text = read_cookie(NOTICE)
    g.storefront_notice_shown = True
    return text if isinstance(text, str) else None


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


def asset(filename: str) -> str:
    """Give the address of one of our static files; it changes with its content."""
    return url_for("storefront_static.static", filename=filename, v=asset_version(filename))


@lru_cache(maxsize=256)
def asset_version(filename: str, folder: str = str(PACKAGE / "static")) -> str:
    """Hash a static file."""
    with open(f"{folder}/{filename}", "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


@lru_cache(maxsize=1)
def build_number() -> str:
    """Name this version of code and templates, so that a new one makes new pages."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(data_folder("templates").rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def media_url(name: str) -> str:
    """Give the address of a public picture."""
    return url_for("storefront_media.media", name=name)


def wants_json() -> bool:
    """Tell whether a program asks: by the address, or by what it accepts."""
    if request.path.startswith(f"{settings().url_prefix}/api/"):
        return True
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


def keep_forever(response: Response) -> Response:
    """Let caches keep a static file whose address carries its version."""
    if request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
