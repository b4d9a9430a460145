"""Home, the shop's shelves and the product page."""

from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from babel.dates import format_date
from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.catalog import pages, renaming
from storefront.catalog.delivery import arrival
from storefront.catalog.filter_form import filter_form, read_wish
from storefront.catalog.filters import ShelfPage
from storefront.catalog.jsonld import Told, product_data
from storefront.catalog.listing import ProductListing, VariantListing
from storefront.catalog.pictures import pictures
from storefront.catalog.renaming import Kind
from storefront.errors import NotFound
from storefront.hooks import PageSection
from storefront.list_page import Link

blueprint = web.blueprint("catalog", __name__)


@blueprint.get("/")
@web.public_page
def home() -> Response:
    """Show what the shop does, in sections of ours and the plugins'."""
    db = database.session()
    own = [
        PageSection("actions", "storefront/home/actions.html", 30),
        PageSection("tools", "storefront/home/tools.html", 40, {"products": pages.featured(db)}),
        PageSection("letter", "storefront/home/letter.html", 80),
        PageSection("promises", "storefront/home/promises.html", 90),
    ]  # fmt: skip
    theirs = web.shop().hooks.home_sections(db, web.visitor())
    sections = sorted([*own, *theirs], key=lambda section: section.order)
    picture = pictures(["pose-seated-roller"])["pose-seated-roller"]
    return web.page("storefront/home.html", sections=sections, picture=picture)


@blueprint.get("/shop/")
@web.public_page
def shop_page() -> Response:
    """Show all products, filtered and sorted as wished."""
    return _shelf(None, url_for(".shop_page"))


@blueprint.get("/shop/c/<slug>")
@web.public_page
def collection_page(slug: str) -> AnyResponse:
    """Show the products of one collection and of those below it; an old name leads to the new one."""
    try:
        return _shelf(slug, url_for(".collection_page", slug=slug))
    except NotFound:
        return _moved("collection", slug, ".collection_page")


def _moved(kind: Kind, slug: str, view: str, **values: Any) -> AnyResponse:
    """Lead on from a name that a product or collection had before.

    Raises:
        NotFound: nothing ever had it, or what had it is gone.
    """
    now = renaming.moved_to(database.session(), kind, slug)
    if now is None:
        raise NotFound
    return redirect(url_for(view, slug=now, **values), 301)


def _shelf(collection: str | None, base: str) -> Response:
    db = database.session()
    facets = pages.facets(db)
    wish = read_wish(
        request.args,
        partial(guards.several, request.args),
        collection=collection,
        page=guards.page_number(request),
        facets=facets,
    )
    page = pages.listings(db, wish, facets)
    trail = [_link("Home", "home"), _link("Shop", "shop_page")]
    trail += [_shelf_link(each.slug, each.name) for each in page.above(collection)]
    return web.page(
        "storefront/shop.html", page=page, base=base, trail=trail,
        form=filter_form(page, base, web.money_text), shelves=_shelves(page, collection),
    )  # fmt: skip


def _shelves(page: ShelfPage[ProductListing], current: str | None) -> list[list[Link]]:
    """Give the rows of shelves: the outermost, then level by level what lies below the current one."""
    way = [each.slug for each in page.above(current)]
    rows = []
    for above in [None, *way]:
        below = [each for each in page.shelves if each.parent == above and each.product_ids]
        rows.append([_shelf_link(each.slug, each.name, each.slug in way) for each in below])
    rows[0].insert(0, Link("All", url_for(".shop_page"), current is None))
    return [row for row in rows if row]


def _shelf_link(slug: str, name: str, current: bool = False) -> Link:
    return Link(name, url_for(".collection_page", slug=slug), current)


@blueprint.get("/shop/<slug>")
@web.public_page
def product_page(slug: str) -> AnyResponse:
    """Show one product and what plugins have to say of it; an old name leads to the new one."""
    try:
        product = pages.find_product(database.session(), slug, with_facts=False)
    except NotFound:
        return _moved("product", slug, ".product_page")
    free = [variant.sku for variant in product.variants if variant.available]
    wanted = request.args.get("sku")
    return _product(product, wanted if wanted in free else next(iter(free), None))


@blueprint.get("/shop/<slug>/<variant>")
@web.public_page
def variant_page(slug: str, variant: str) -> AnyResponse:
    """Show a product with one variant chosen, also when it is sold out; an only one has no own page."""
    try:
        product = pages.find_product(database.session(), slug, with_facts=False)
    except NotFound:
        return _moved("product", slug, ".variant_page", variant=variant)
    url = url_for(".variant_page", slug=slug, variant=variant)
    found = next((each for each in product.variants if each.url == url), None)
    if found is None:
        raise NotFound
    return _product(product, found.sku, is_variant_page=True)


def _product(product: ProductListing, sku: str | None, *, is_variant_page: bool = False) -> Response:  # fmt: skip
    """Show a product with this variant ticked; None where all are sold out."""
    sections = web.shop().hooks.product_sections(database.session(), web.visitor(), product)
    shown = next((each for each in product.variants if each.sku == sku), product.variants[0])
    trail = [_link("Home", "home"), _link("Shop", "shop_page")]
    trail += [_shelf_link(*each) for each in (*product.above, *product.collections[:1])]
    trail.append(Link(product.name, product.url))
    if is_variant_page:
        trail.append(Link(shown.name, shown.url))
    return web.page(
        "storefront/product.html", product=product, sections=sections, trail=trail, shown=shown,
        chosen=sku if shown.available else None, is_variant_page=is_variant_page,
        delivery=delivery_words(shown), data=_structured(product),
        for_routine=request.args.get("for", "")[:80],
    )  # fmt: skip


def delivery_words(variant: VariantListing) -> dict[str, str]:
    """Say what delivery costs and when the parcel arrives; a preorder's leaves on its day."""
    state, wanted = web.shop(), web.settings()
    leaves = datetime.combine(variant.ships_from, time(6), UTC) if variant.ships_from else clock.now()  # fmt: skip
    comes = arrival(
        max(leaves, clock.now()), timezone=wanted.timezone, cutoff_hour=wanted.order_cutoff_hour,
        days=state.delivery_days,
    )  # fmt: skip
    same_month = comes.first.month == comes.last.month
    first = format_date(comes.first, "EEE d" if same_month else "EEE d MMM", wanted.locale)
    last = format_date(comes.last, "EEE d MMM", wanted.locale)
    order = f"Order before {wanted.order_cutoff_hour}:00" if comes.leaves_today else "Order now"
    if variant.ships_from:
        order = "Order now"
    is_free = 0 < state.free_delivery_over_minor <= variant.price_minor
    price = "free delivery" if is_free else f"delivery {web.money_text(state.delivery_minor)}"
    return {"price": price, "dates": f"{order}, delivered {first} – {last}"}


def _structured(product: ProductListing) -> dict[str, Any]:
    state, wanted = web.shop(), web.settings()
    told = Told(
        images=[web.absolute(web.media_url(each.file)) for each in product.pictures],
        brand=wanted.shop_name, delivery_minor=state.delivery_minor, absolute=web.absolute,
        free_over_minor=state.free_delivery_over_minor, delivery_days=state.delivery_days,
    )  # fmt: skip
    return product_data(product, told)


def _link(label: str, view: str) -> Link:
    return Link(label, url_for(f".{view}"))
