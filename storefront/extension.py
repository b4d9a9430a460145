"""The extension: reads the settings, builds the adapters, hangs everything below one prefix."""

from collections.abc import Callable, Sequence
from typing import Any

import limits
from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy
from limits.storage import MemoryStorage, RedisStorage, Storage

import storefront.models  # noqa: F401  # the metadata must be whole
from storefront import database, mail, resources, web
from storefront.account.data_views import blueprint as account_data
from storefront.account.devices_views import blueprint as account_devices
from storefront.account.sign_in_views import blueprint as sign_in
from storefront.account.views import blueprint as account
from storefront.aftersales import recall
from storefront.aftersales.code_views import blueprint as order_codes
from storefront.aftersales.give_views import blueprint as gifts
from storefront.aftersales.recall_pages import ShopAnswers
from storefront.aftersales.recall_views import blueprint as recalls
from storefront.aftersales.return_views import blueprint as returns
from storefront.aftersales.views import blueprint as orders
from storefront.aftersales.withdrawal_views import blueprint as withdrawal
from storefront.api.order_views import blueprint as api_orders
from storefront.api.views import blueprint as api
from storefront.backoffice import sign_in_links
from storefront.backoffice.rooms import ROOMS as BACKOFFICE
from storefront.bounces.views import blueprint as bounces
from storefront.caching import build_number
from storefront.cart import service as carts
from storefront.cart.code_views import blueprint as cart_codes
from storefront.cart.joining import became_verified
from storefront.cart.restore_views import blueprint as cart_links
from storefront.cart.views import blueprint as cart
from storefront.catalog.views import blueprint as catalog
from storefront.checkout.pay_offer import offer as pay_offer
from storefront.checkout.pay_views import blueprint as checkout_pay
from storefront.checkout.views import blueprint as checkout
from storefront.cli.commands import with_plugins
from storefront.customers.visitor import HostUser
from storefront.devmail.views import blueprint as devmail
from storefront.dispatch import recipients
from storefront.documents.pages import links as papers
from storefront.documents.views import blueprint as documents
from storefront.errors import RefusedToStart
from storefront.health.views import blueprint as health
from storefront.issues import series, series_letter, testing
from storefront.issues.findable import ArchiveAnswers
from storefront.issues.products import ProductAnswers
from storefront.issues.views import blueprint as issues
from storefront.media.views import blueprint as media
from storefront.memberships import news as membership_news
from storefront.memberships import sync as memberships
from storefront.memberships.gift_views import blueprint as membership_gifts
from storefront.memberships.views import blueprint as membership
from storefront.newsletter import departures, outgoing
from storefront.newsletter.leaving import blueprint as newsletter_leaving
from storefront.newsletter.preferences import blueprint as newsletter_preferences
from storefront.newsletter.views import blueprint as newsletter
from storefront.ownership.views import blueprint as claims
from storefront.pages.views import blueprint as pages
from storefront.payments import handlers as payment_news
from storefront.payments import refunds
from storefront.payments.reconcile import look_again
from storefront.payments.stripe_gateway import StripeGateway
from storefront.payments.views import blueprint as payments
from storefront.plugins import Hooks, found_plugins
from storefront.pricing.shipping import base_days, base_price_minor, free_over
from storefront.search.views import blueprint as search
from storefront.settings import Settings
from storefront.settings_check import check
from storefront.staff import codes, roles
from storefront.stock.notice_views import blueprint as stock
from storefront.tokens import Signer

ROOMS = (
    claims,
    gifts,
    account,
    account_data,
    account_devices,
    api,
    api_orders,
    cart,
    cart_links,
    cart_codes,
    catalog,
    checkout,
    checkout_pay,
    documents,
    health,
    issues,
    media,
    bounces,
    membership,
    membership_gifts,
    newsletter,
    newsletter_leaving,
    newsletter_preferences,
    order_codes,
    orders,
    pages,
    payments,
    recalls,
    returns,
    search,
    sign_in,
    stock,
    withdrawal,
)


class Storefront:
    """The shop for any Flask app.

    Args:
        app: the host; or call `init_app` later.
        db: the host's Flask-SQLAlchemy, whose engine and session are then used.
        settings: else they are read from `STOREFRONT_CONFIG` and the environment.
        visitor_from: tells the host's signed-in user, or None; called for each request.
        plugins: else those that installed packages declare.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        db: SQLAlchemy | None = None,
        settings: Settings | None = None,
        visitor_from: Callable[[], HostUser | None] | None = None,
        plugins: Sequence[object] | None = None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._visitor_from = visitor_from
        self._plugins = plugins
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the shop to a host.

        Raises:
            RefusedToStart: the settings would make a dangerous shop.
            PluginValidationError: a plugin answers a question that nobody asks.
        """
        settings = check(self._settings or Settings())
        if self._db is None and "sqlalchemy" not in app.extensions:
            _own_database(app, settings)
        state = _state(app, settings, _hooks(self._plugins), self._visitor_from)
        app.extensions["storefront"] = state
        app.teardown_appcontext(database.close_session)
        payment_news.add(membership_news.HANDLERS)
        departures.add(series.withdraw)
        for place in state.hooks.desk_places():
            roles.add(place.rules)
        _hang(
            app,
            [
                *ROOMS,
                *BACKOFFICE,
                *([devmail] if not settings.production else []),
                *state.hooks.blueprints(),
            ],
        )
        app.cli.add_command(with_plugins(state.hooks.commands()))


def _own_database(app: Flask, settings: Settings) -> None:
    """Register a Flask-SQLAlchemy of our own for a host that has none."""
    settings.storefront_data.mkdir(parents=True, exist_ok=True)
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database)
    options: dict[str, object] = {
        "hide_parameters": True
    }  # errors are logged; names and addresses are not
    if not settings.database.startswith("sqlite"):
        options |= {"pool_size": settings.db_pool_size, "pool_pre_ping": True}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db = SQLAlchemy(app)
    with app.app_context():
        database.tune(
            db.engine,
            lock_timeout_ms=settings.db_lock_timeout_ms,
            statement_timeout_ms=settings.db_statement_timeout_ms,
        )


def _hooks(plugins: Sequence[object] | None) -> Hooks:
    """Ask the plugins, and the rooms of ours that add to pages below them."""
    ours = (ShopAnswers(), ProductAnswers(), ArchiveAnswers())
    return Hooks([*ours, *(found_plugins() if plugins is None else plugins)])


def _state(
    app: Flask,
    settings: Settings,
    hooks: Hooks,
    visitor_from: Callable[[], HostUser | None] | None,
) -> web.ShopState:
    storage = _counters(settings)
    transport = mail.transport(settings)
    key = settings.secret_key or str(app.secret_key or "")
    if not key:
        message = "SECRET_KEY is missing: nothing could be signed."
        raise RefusedToStart(message)
    settings = settings.model_copy(update={"secret_key": key})
    handlers: dict[str, Callable[[dict[str, Any]], None]] = {
        mail.KIND: lambda letter: outgoing.send(transport, app.jinja_env, settings, letter),
        refunds.KIND: lambda asked: _send_refund(asked, settings),
        memberships.KIND: lambda asked: _end_membership(asked, settings),
        recall.KIND: lambda asked: _write_recall(asked, settings),
        codes.KIND: sign_in_links.write_letter,
        testing.KIND: lambda asked: testing.send(asked, transport),
        series.KIND: lambda asked: series_letter.send(asked, transport),
    }
    return web.ShopState(
        settings=settings, hooks=hooks, signer=Signer([key, *settings.secret_key_fallbacks]), transport=transport,
        limiter=limits.strategies.MovingWindowRateLimiter(storage), gateway=StripeGateway(settings),
        look_again=lambda order_id: look_again(order_id, web.shop().gateway, settings),
        became_verified=became_verified,
        pay_offer=lambda db, order, is_known: pay_offer(db, order, web.settings(), is_known=is_known),
        outbox_handlers=handlers, visitor_from=visitor_from, cart_count=carts.count_for, papers=papers,
        free_delivery_over_minor=free_over(settings), delivery_minor=base_price_minor(settings),
        delivery_days=base_days(settings), written_to=(recipients.of_message,),
    )  # fmt: skip


def _write_recall(asked: dict[str, Any], settings: Settings) -> None:
    recall.notify(int(asked["recall"]), settings)


def _end_membership(asked: dict[str, Any], settings: Settings) -> None:
    memberships.end_now(str(asked["subscription"]), web.shop().gateway, settings)


def _send_refund(asked: dict[str, Any], settings: Settings) -> None:
    refunds.send(int(asked["refund"]), web.shop().gateway, settings)


def _counters(settings: Settings) -> Storage:
    """Count limits in Redis, which is asked for a second at most, or in this process."""
    if not settings.redis_url:
        return MemoryStorage()
    return RedisStorage(
        settings.redis_url, wrap_exceptions=True, socket_timeout=1, socket_connect_timeout=1
    )


def _hang(app: Flask, blueprints: Sequence[Blueprint]) -> None:
    """Register every blueprint below the prefix, apart from the host's forms and errors."""
    state: web.ShopState = app.extensions["storefront"]
    prefix = state.settings.url_prefix
    static = web.StaticFiles(
        "storefront_static", __name__, static_folder="static", static_url_path="/static/storefront",
        template_folder=str(resources.data_folder("templates")),
    )  # fmt: skip
    static.after_request(web.keep_forever)
    host_csrf = app.extensions.get("csrf")
    for blueprint in (static, *blueprints):
        app.register_blueprint(blueprint, url_prefix=prefix or None)
        if host_csrf is not None:  # our forms carry no token; check_site guards them
            host_csrf.exempt(blueprint)
    folders = [each.static_folder for each in (static, *blueprints) if each.static_folder]
    state.version = build_number(state.settings, folders)
