"""The cart page as its template wants it: every amount written, every address made."""

from dataclasses import dataclass

from flask import Response, request, url_for

from storefront import clock, database, web
from storefront.cart import codes_shown, forms, joining, links, merging, saved, who
from storefront.cart.codes import Tried
from storefront.cart.contents import Contents, ContentsLine, contents_anyway
from storefront.cart.problems import Mend
from storefront.cart.restoring import Wished
from storefront.cart.service import Removed
from storefront.cart.sums import Row, sum_rows
from storefront.catalog.delivery import preorder_words
from storefront.catalog.listing import Picture
from storefront.catalog.models import Variant
from storefront.catalog.pages import variant_path
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
    problems: tuple["ShownProblem", ...] = ()
    note: str = ""  # what it is for, and the day from which a preorder ships


@dataclass(frozen=True)
class ShownMend:
    """One press that mends: a button that sends its action and value, or a link."""

    label: str
    action: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong, and what can be done about it."""

    kind: str
    sentence: str
    line_id: int | None
    blocks: bool
    mends: tuple[ShownMend, ...]


@dataclass(frozen=True)
class SavedShown:
    """Something that was put aside, ready to be shown."""

    id: int
    name: str
    choice: str
    url: str
    picture: Picture | None
    unit_text: str
    quantity: int
    is_sold: bool
    action_url: str


def cart_page(problem: ShopError | None = None, tried: Tried | None = None) -> Response:
    """Show the visitor's cart, after a refused change with what was wrong with it."""
    db, visitor = database.session(), web.visitor()
    buyer = who.of_visitor(db, visitor)
    cart = contents_anyway(db, visitor.cart_id, web.settings(), who=buyer)
    return web.page(
        "storefront/cart.html",
        status=problem.status if problem else 200,
        problem=problem,
        cart=cart,
        lines=shown_lines(cart),
        rows=rows(cart.sums, delivery_label(cart)) if cart.sums else (),
        codes=codes_shown.of(cart.quote, problem, tried),
        removed=None if problem else _removed(),
        saved=saved_lines(),
        link=_link(cart),
        merge=merging.last(db, visitor.cart_id, clock.now()),
        elsewhere=joining.waiting(db),
        sections=web.shop().hooks.cart_notes(db, visitor, cart.skus) if cart.lines else (),
    )


def _link(cart: Contents) -> str:
    held = [Wished(line.sku, line.quantity, line.for_routine) for line in cart.lines]
    return web.absolute(links.path(held)) if held else ""


def saved_lines() -> list[SavedShown]:
    """Give what the visitor has put aside, with its forms."""
    db = database.session()
    kept = saved.of(db, web.visitor().cart_id)
    on_sale = variants_by_sku(db, [line.variant.sku for line in kept])
    names = [line.variant.product.pictures for line in kept]
    found = pictures(each[0] for each in names if each)
    return [
        SavedShown(
            id=line.id, name=line.variant.product.name, choice=line.variant.name,
            url=url_for("storefront_catalog.product_page", slug=line.variant.product.slug),
            picture=found.get(line.variant.product.pictures[0]) if line.variant.product.pictures else None,
            unit_text=web.money_text(line.variant.price_minor), quantity=line.quantity,
            is_sold=line.variant.sku in on_sale,
            action_url=url_for("storefront_cart.change_saved", saved_id=line.id),
        )
        for line in kept
    ]  # fmt: skip


def shown_lines(cart: Contents) -> list[ShownLine]:
    """Give the lines of a cart with their forms."""
    found = pictures(line.picture for line in cart.lines)
    wanted = [line.for_routine for line in cart.lines]
    reasons = web.shop().hooks.bought_for(database.session(), wanted)
    return [
        _shown(line, found.get(line.picture), reasons.get(line.for_routine, ""))
        for line in cart.lines
    ]


def _shown(line: ContentsLine, picture: Picture | None, reason: str) -> ShownLine:
    return ShownLine(
        id=line.id, name=line.name, choice=line.choice, picture=picture,
        url=url_for("storefront_catalog.product_page", slug=line.slug),
        unit_text=web.money_text(line.unit_price_minor), total_text=web.money_text(line.total_minor),
        quantity=line.quantity, max=web.settings().max_quantity, problems=shown_problems(line),
        action_url=url_for("storefront_cart.change_line", line_id=line.id),
        note=" · ".join(filter(None, (reason, preorder_words(line.ships_from, web.settings().locale)))),
    )  # fmt: skip


def shown_problems(line: ContentsLine) -> tuple[ShownProblem, ...]:
    """Write what is wrong with a line and its mends; what is waited for is asked on its own page."""
    return tuple(
        ShownProblem(
            problem.kind, problem.sentence, problem.line_id, problem.blocks,
            tuple(
                ShownMend(each.label, each.action, each.value, _mend_url(line, each))
                for each in problem.mends
            ),
        )
        for problem in line.problems
    )  # fmt: skip


def _mend_url(line: ContentsLine, mend: Mend) -> str:
    if mend.action != "tell_me":
        return ""
    variant = database.session().get_one(Variant, line.variant_id)
    return f"{variant_path(variant)}#tell-me"


def delivery_label(cart: Contents) -> str:
    """Say which delivery a sum contains."""
    way = cart.shipping_method
    country = tax.country_names((cart.country,))[cart.country]
    return f"{way.label} delivery to {country}, {way.days}" if way else "Delivery"


def rows(sums: Totals, delivery: str) -> list[Row]:
    """Write the sum of a cart."""
    taxes = [
        (f"VAT {tax.percent_text(part.basis_points)}", part.tax_minor)
        for part in sums.tax_parts
    ]
    return sum_rows(sums, sums.explained, taxes, delivery, web.money_text)


def _removed() -> Removed | None:
    """Tell what was just taken out, if it is still sold."""
    sku = request.args.get("removed", "")
    variant = variants_by_sku(database.session(), [sku]).get(sku) if sku else None
    name = variant.product.name if variant else ""
    return forms.removed(request.args, name, web.settings()) if variant else None
