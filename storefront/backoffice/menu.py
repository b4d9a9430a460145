"""The menu of the backoffice: what a role may come to, in the order of a working day."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from storefront import web
from storefront.layout import MenuLink
from storefront.staff import roles


@dataclass(frozen=True)
class Entry:
    """One line of the menu, under the heading of its group."""

    label: str
    name: str  # of the view, as in the table of roles
    group: str


@dataclass(frozen=True)
class Group:
    """Entries below one heading."""

    label: str
    links: tuple[MenuLink, ...]


ENTRIES = (
    Entry("Today", "home.page", ""),
    Entry("Orders", "orders.page", "Sell"),
    Entry("Returns", "returns.page", "Sell"),
    Entry("Withdrawals", "withdrawals.page", "Sell"),
    Entry("Products", "products.page", "Sell"),
    Entry("Stock", "stock.page", "Sell"),
    Entry("Promotions", "promotions.page", "Sell"),
    Entry("Gift cards", "gift_cards.page", "Sell"),
    Entry("Memberships", "memberships.page", "Sell"),
    Entry("Codes in boxes", "claims.page", "Sell"),
    Entry("Price lists", "price_lists.page", "Sell"),
    Entry("Tax and delivery", "rates.page", "Sell"),
    Entry("Recalls", "recalls.page", "Sell"),
    Entry("Newsletter", "newsletter.page", "Write"),
    Entry("Segments", "segments.page", "Write"),
    Entry("Sending", "sending.page", "Write"),
    Entry("Health", "health.page", "House"),
    Entry("Mail that came back", "bounces.page", "House"),
    Entry("Members", "members.page", "House"),
    Entry("Audit log", "audit.page", "House"),
    Entry("My sign-in", "me.page", "House"),
)


def of(role: str) -> list[Group]:
    """Give the menu of a role; a room that is not there is left out."""
    shown = [entry for entry in _all() if roles.may(role, entry.name) and _is_there(entry)]
    urls = {entry: url_for(roles.endpoint_of(entry.name)) for entry in shown}
    current = max(filter(_is_above, urls.values()), key=len, default="")
    names = dict.fromkeys(entry.group for entry in shown)
    return [
        Group(
            name,
            tuple(
                MenuLink(entry.label, url, url == current)
                for entry, url in urls.items()
                if entry.group == name
            ),
        )
        for name in names
    ]


def _all() -> list[Entry]:
    """List our entries, and before those of the house the ones of plugins."""
    places = web.shop().hooks.desk_places()
    added = [
        Entry(link.label, link.endpoint, link.group) for place in places for link in place.links
    ]
    house = [entry for entry in ENTRIES if entry.group == "House"]
    return [*(entry for entry in ENTRIES if entry not in house), *added, *house]


def _is_there(entry: Entry) -> bool:
    return roles.endpoint_of(entry.name) in current_app.view_functions


def _is_above(url: str) -> bool:
    """Tell whether an entry leads to this page, or to one that it lies below."""
    is_home = url == url_for(roles.endpoint_of("home.page"))
    return request.path == url or (not is_home and request.path.startswith(f"{url}/"))
