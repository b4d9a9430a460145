"""What the extension built for one app, and the way to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import limits
from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import outbox
from storefront.customers.visitor import HostUser, Visitor
from storefront.list_page import Link
from storefront.mail import Transport
from storefront.page_memory import PageMemory
from storefront.plugins import Hooks
from storefront.settings import Settings
from storefront.tokens import Signer

if TYPE_CHECKING:
    from storefront.payments.gateway import Gateway

WrittenTo = Callable[[Session, str], str | None]  # by the Message-ID, without its brackets


@dataclass
class ShopState:
    """What the extension built for one app: settings and adapters, each once."""

    settings: Settings
    hooks: Hooks
    signer: Signer
    transport: Transport
    limiter: limits.strategies.RateLimiter
    gateway: "Gateway"
    version: str = ""  # of code, templates, static files and settings together
    pages: PageMemory = field(default_factory=lambda: PageMemory(most=0))
    outbox_handlers: dict[str, outbox.Handler] = field(default_factory=dict)
    visitor_from: Callable[[], HostUser | None] | None = None
    cart_count: Callable[[Session, Visitor], int] = lambda _db, _visitor: 0
    look_again: Callable[[int], bool] = lambda _order_id: False  # asks whether an order is paid
    became_verified: Callable[[Response, str], bool] = lambda _response, _email: False
    pay_offer: Callable[[Session, Any, bool], Any] = lambda _db, _order, _is_known: (
        None
    )  # the way to pay an order, if it is certain that nothing is being paid
    written_to: Sequence[WrittenTo] = ()  # find whom a letter of an issue went to
    papers: Callable[[Session, Any], Sequence[Link]] = (
        lambda _db, _order: ()
    )  # issued for an order
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
