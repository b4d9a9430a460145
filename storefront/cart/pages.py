"""The cart page as its template wants it: every amount written, every address made."""

from dataclasses import dataclass

from flask import Response, request, url_for

from storefront import database, web
from storefront.cart import forms
from storefront.cart.contents import Contents, ContentsLine, contents
from storefront.cart.service import Removed
from storefront.catalog.listing import Picture
from storefront.catalog.pictures import pictures
from storefront.catalog.service import variants_by_sku
from storefront.errors import ShopError
from storefront.pricing import tax
from storefront.pricing.totals import Totals


@dataclass(frozen=True)
class ShownLine:
    """One line of a cart or an order, ready to be shown."""

    id: int
    name: str
    choice: str
    url: str
    picture: Picture | None
    unit_text: str
    total_text: str
    quantity: int
    max: int = 0
    action_url: str = ""
    message: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a sum."""

    label: str
    text: str
    grand: bool = False


def cart_page(problem: ShopError | None = None) -> Response:
    """Show the visitor's cart, after a refused change with what was wrong with it."""
    db, visitor = database.session(), web.visitor()
    cart = contents(db, visitor.cart_id, web.settings())
    return web.page(
        "storefront/cart.html",
        status=problem.status if problem else 200,
        problem=problem,
        cart=cart,
        lines=shown_lines(cart),
        rows=rows(cart.sums, delivery_label(cart)) if cart.sums else (),
        removed=None if problem else _removed(),
        sections=web.shop().hooks.cart_notes(db, visitor, cart.skus) if cart.lines else (),
    )


def shown_lines(cart: Contents) -> list[ShownLine]:
    """Give the lines of a cart with their forms."""
    found = pictures(line.picture for line in cart.lines)
    return [_shown(line, found.get(line.picture)) for line in cart.lines]


def _shown(line: ContentsLine, picture: Picture | None) -> ShownLine:
    return ShownLine(
        id=line.id, name=line.name, choice=line.choice, picture=picture,
        url=url_for("storefront_catalog.product_page", slug=line.slug),
        unit_text=web.money_text(line.unit_price_minor), total_text=web.money_text(line.total_minor),
        quantity=line.quantity, max=web.settings().max_quantity, message=line.problem,
        action_url=url_for("storefront_cart.change_line", line_id=line.id),
    )  # fmt: skip


def delivery_label(cart: Contents) -> str:
    """Say which delivery a sum contains."""
    way = cart.shipping_method
    country = tax.country_names((cart.country,))[cart.country]
    return f"{way.label} delivery to {country}, {way.days}" if way else "Delivery"


def rows(sums: Totals, delivery: str) -> list[Row]:
    """Write a sum, the tax inside it last."""
    free = sums.shipping_minor == 0
    shown = [
        Row("Goods", web.money_text(sums.subtotal_minor)),
        Row(delivery, "Free" if free else web.money_text(sums.shipping_minor)),
        Row("Total", web.money_text(sums.total_minor), grand=True),
    ]
    for part in sums.tax_parts:
        if part.basis_points:
            label = f"including VAT {tax.percent_text(part.basis_points)}"
            shown.append(Row(label, web.money_text(part.tax_minor)))
    return shown


def _removed() -> Removed | None:
    """Tell what was just taken out, if it is still sold."""
    sku = request.args.get("removed", "")
    variant = variants_by_sku(database.session(), [sku]).get(sku) if sku else None
    name = variant.product.name if variant else ""
    return forms.removed(request.args, name, web.settings()) if variant else None
