"""What the layout of every page is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, has_request_context, request, url_for
from markupsafe import Markup

from storefront import database
from storefront.asking import visitor
from storefront.caching import asset
from storefront.cookies import NOTICE, read_cookie
from storefront.hooks import MenuItem
from storefront.money import Money
from storefront.settings import Settings
from storefront.state import settings, shop
from storefront.text import markdown

LAYOUT_LINKS = {
    "membership": "storefront_membership.page",
    "home": "storefront_catalog.home", "search": "storefront_search.search_page",
    "suggest": "storefront_api.found", "cart": "storefront_cart.cart_page",
    "withdraw": "storefront_withdrawal.withdraw_page", "orders": "storefront_order_codes.orders_page",
    "account": "storefront_account.home", "recalls": "storefront_recalls.recall_list",
    "newsletter": "storefront_newsletter.page", "help": "storefront_pages.help_page",
}  # fmt: skip
HELP_LINKS = ("delivery", "returns", "contact", "privacy", "terms")
OWN_MENU = (
    MenuItem("Shop", "storefront_catalog.shop_page", 10),
    MenuItem("Help", "storefront_pages.help_page", 90),
)


@dataclass(frozen=True)
class ShopFacts:
    """What templates may know of the shop itself."""

    name: str
    currency: str
    support_email: str
    notice: str
    booking_url: str
    free_delivery_over: str  # empty = never free
    return_days: int  # from delivery, to change one's mind
    tax_note: str  # whether prices contain the tax, at home; empty where there is none
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
    wanted, free_over = settings(), shop().free_delivery_over_minor
    return ShopFacts(
        name=wanted.shop_name, currency=wanted.currency, support_email=wanted.support_email,
        notice=wanted.shop_notice, booking_url=wanted.booking_url,
        free_delivery_over=money_text(free_over) if free_over else "", links=layout_links(),
        tax_note=tax_note(wanted), return_days=wanted.return_days,
    )  # fmt: skip


def tax_note(wanted: Settings) -> str:
    """Say whether the prices of our pages contain the tax."""
    if wanted.tax_mode == "none":
        return ""
    is_added = (
        wanted.tax_mode == "rates" and wanted.shipping_home in wanted.tax_exclusive_countries
    )
    return "plus VAT" if is_added else "incl. VAT"


def layout_links() -> dict[str, str]:
    """Give the addresses that the header and the footer lead to."""
    known = current_app.view_functions
    links = {name: url_for(view) for name, view in LAYOUT_LINKS.items() if view in known}
    return links | {
        slug: url_for("storefront_pages.info_page", slug=slug) for slug in HELP_LINKS
    }


def menu() -> list[MenuLink]:
    """Give the main menu, ours and the plugins'."""
    links = []
    items = [*OWN_MENU, *shop().hooks.menu_items()]
    for item in sorted(items, key=lambda item: item.order):
        url = url_for(item.endpoint)
        links.append(MenuLink(item.label, url, request.path.startswith(url)))
    return links


def take_notice() -> str | None:
    """Read the sentence that the last form left, once."""
    text = read_cookie(NOTICE)
    g.storefront_notice_shown = True
    return text if isinstance(text, str) else None


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


def media_url(name: str) -> str:
    """Give the address of a public picture."""
    return url_for("storefront_media.media", name=name)
