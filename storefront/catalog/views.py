"""Home, the shop's shelves and the product page."""

from functools import partial
from typing import Any

from babel.dates import format_date
from flask import Response, request, url_for

from storefront import clock, database, guards, web
from storefront.catalog import pages
from storefront.catalog.delivery import arrival
from storefront.catalog.filter_form import filter_form, read_wish
from storefront.catalog.jsonld import product_data
from storefront.catalog.listing import ProductListing
from storefront.catalog.pictures import pictures
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
def collection_page(slug: str) -> Response:
    """Show the products of one collection."""
    return _shelf(slug, url_for(".collection_page", slug=slug))


def _shelf(collection: str | None, base: str) -> Response:
    wish = read_wish(
        request.args,
        partial(guards.several, request.args),
        collection=collection,
        page=guards.page_number(request),
    )
    page = pages.listings(database.session(), wish)
    trail = [_link("Home", "home"), _link("Shop", "shop_page")]
    if page.shelf:
        trail.append(Link(page.shelf.name, base))
    return web.page(
        "storefront/shop.html", page=page, base=base, trail=trail,
        form=filter_form(page, base, web.money_text), shelves=_shelves(page.shelves, collection),
    )  # fmt: skip


def _shelves(shelves: list[Any], current: str | None) -> list[Link]:
    links = [Link("All", url_for(".shop_page"), current is None)]
    return links + [
        Link(each.name, url_for(".collection_page", slug=each.slug), each.slug == current)
        for each in shelves
        if each.product_ids
    ]


@blueprint.get("/shop/<slug>")
@web.public_page
def product_page(slug: str) -> Response:
    """Show one product and what plugins have to say of it."""
    db = database.session()
    product = pages.find_product(db, slug, with_facts=False)
    sections = web.shop().hooks.product_sections(db, web.visitor(), product)
    trail = [_link("Home", "home"), _link("Shop", "shop_page")]
    for collection, name in product.collections[:1]:
        trail.append(Link(name, url_for(".collection_page", slug=collection)))
    trail.append(Link(product.name, product.url))
    return web.page(
        "storefront/product.html", product=product, sections=sections, trail=trail,
        chosen=_chosen(product), delivery=delivery_words(product), data=_structured(product),
        for_routine=request.args.get("for", "")[:80],
    )  # fmt: skip


def _chosen(product: ProductListing) -> str | None:
    """Name the SKU that is ticked when the page opens: the one asked for, or the first there is."""
    wanted = request.args.get("sku")
    free = [variant.sku for variant in product.variants if variant.available]
    return wanted if wanted in free else next(iter(free), None)


def delivery_words(product: ProductListing) -> dict[str, str]:
    """Say what delivery costs and when the parcel arrives."""
    state, wanted = web.shop(), web.settings()
    comes = arrival(
        clock.now(), timezone=wanted.timezone, cutoff_hour=wanted.order_cutoff_hour,
        days=state.delivery_days,
    )  # fmt: skip
    same_month = comes.first.month == comes.last.month
    first = format_date(comes.first, "EEE d" if same_month else "EEE d MMM", wanted.locale)
    last = format_date(comes.last, "EEE d MMM", wanted.locale)
    order = f"Order before {wanted.order_cutoff_hour}:00" if comes.leaves_today else "Order now"
    is_free = product.price_minor >= state.free_delivery_over_minor
    price = "free delivery" if is_free else f"delivery {web.money_text(state.delivery_minor)}"
    return {"price": price, "dates": f"{order}, delivered {first} – {last}"}


def _structured(product: ProductListing) -> dict[str, Any]:
    state, wanted = web.shop(), web.settings()
    return product_data(
        product, url=web.absolute(product.url), brand=wanted.shop_name,
        images=[web.absolute(web.media_url(each.file)) for each in product.pictures],
        delivery_minor=state.delivery_minor, free_over_minor=state.free_delivery_over_minor,
        delivery_days=state.delivery_days,
    )  # fmt: skip


def _link(label: str, view: str) -> Link:
    return Link(label, url_for(f".{view}"))
