"""The first page of an account: what was bought, what can be done with it, and the ways to all else."""

from typing import Any

from flask import Response, current_app, url_for

from storefront import clock, database, web
from storefront.account import door
from storefront.aftersales import pages as orders_shown
from storefront.aftersales.pages import day
from storefront.memberships import service as memberships
from storefront.memberships.rules import Standing
from storefront.orders import service as orders

blueprint = web.blueprint("account", __name__)

NEWEST_ORDERS = 3
# The ways on whose rooms may not be there: label, whole endpoint, what it is about.
WAYS = (
    ("A code from the box", "storefront_claims.page", "Claim what came without an order."),
    ("Letters", "storefront_newsletter_preferences.own_page", "What we write to you, and leaving it."),
    ("Your devices", "storefront_account_devices.device_list", "Where you are signed in, and ending it."),
    ("Your data", "storefront_account_data.data_page", "Download what is kept about you, or delete it."),
)  # fmt: skip
MEMBER_WAYS = (("Your membership and its payments", "storefront_membership.manage"),)


@blueprint.get("/account")
@door.signed_in
def home() -> Response:
    """Show the account of the address proven on this device."""
    db, email = database.session(), door.owner()
    found = orders.of_address(db, email, most=NEWEST_ORDERS)
    standing = memberships.standing(db, email, clock.now(), web.settings())
    return door.page(
        "home", sections=web.shop().hooks.account_sections(db, web.visitor()),
        orders=orders_shown.order_rows(found), membership=_told(standing), by_host=door.by_host(),
        links=[_way(*way) for way in WAYS if way[1] in current_app.view_functions],
        membership_links=[_way(*way) for way in MEMBER_WAYS if way[1] in current_app.view_functions],
    )  # fmt: skip


def _way(label: str, endpoint: str, about: str = "") -> dict[str, str]:
    return {"label": label, "url": url_for(endpoint), "about": about}


def _told(standing: Standing | None) -> dict[str, Any] | None:
    """Say in a sentence until when a membership opens, and whether it goes on."""
    if standing is None:
        return None
    until = day(standing.until)
    if standing.status == "past_due":
        told = f"A payment is late. It stays open until {until}."
    elif standing.ends:
        told = f"It ends on {until}."
    elif standing.is_trial:
        told = f"Your trial runs until {until}."
    else:
        told = f"Paid until {until}, and then renewed."
    return {"name": standing.name, "told": told}
