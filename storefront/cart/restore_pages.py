"""The page that shows a cart from a link, as its template wants it."""

from collections.abc import Sequence

from flask import Response, url_for

from storefront import database, web
from storefront.cart import restoring
from storefront.cart.pages import ShownLine
from storefront.cart.restoring import Offered, Wished
from storefront.catalog.listing import Picture
from storefront.catalog.pictures import pictures
from storefront.errors import ShopError


def restore_page(
    wishes: Sequence[Wished], action_url: str, problem: ShopError | None = None
) -> Response:
    """Show what is in a link, what of it can be had, and the button that puts it in the cart."""
    offer = restoring.look(database.session(), wishes, web.settings())
    names = [line.variant.product.pictures for line in offer.lines]
    found = pictures(each[0] for each in names if each)
    return web.page(
        "storefront/cart_restore.html",
        status=problem.status if problem else 200,
        problem=problem,
        offer=offer,
        lines=[_shown(line, found) for line in offer.lines],
        wishes=wishes,
        action_url=action_url,
    )


def _shown(line: Offered, found: dict[str, Picture]) -> ShownLine:
    variant, product = line.variant, line.variant.product
    pieces = line.quantity or line.wished
    return ShownLine(
        id=variant.id, name=product.name, choice=variant.name, quantity=pieces,
        picture=found.get(product.pictures[0]) if product.pictures else None,
        url=url_for("storefront_catalog.product_page", slug=product.slug),
        unit_text=web.money_text(variant.price_minor),
        total_text=web.money_text(variant.price_minor * pieces),
    )  # fmt: skip
