"""What search and crawlers may know of the catalogue."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront import web
from storefront.catalog.models import Collection, Product
from storefront.catalog.pages import variant_path
from storefront.hooks import SearchDocument


def products(db: Session) -> list[SearchDocument]:
    """Give every published product as a document of search."""
    query = select(Product).where(Product.is_published).options(selectinload(Product.variants))
    return [
        SearchDocument(
            kind="product", slug=each.slug, title=each.name, summary=each.summary,
            body=f"{each.description}\n{' '.join(map(str, each.facts.values()))}",
            url=_below_prefix(web.path_for("storefront_catalog.product_page", slug=each.slug)),
            terms=" ".join([*each.search_terms, *each.actions, each.pressure or "", *_skus(each)]),
            picture=each.pictures[0] if each.pictures else "",
        )
        for each in db.scalars(query.order_by(Product.position, Product.id))
    ]  # fmt: skip


def _skus(product: Product) -> list[str]:
    return [variant.sku for variant in product.variants]


def paths(db: Session) -> list[str]:
    """List the public pages of the catalogue, below the shop's prefix."""
    shelves = db.scalars(select(Collection.slug).order_by(Collection.position))
    query = select(Product).where(Product.is_published).options(selectinload(Product.variants))
    found = [
        web.path_for("storefront_catalog.home"),
        web.path_for("storefront_catalog.shop_page"),
    ]
    found += [web.path_for("storefront_catalog.collection_page", slug=slug) for slug in shelves]
    for product in db.scalars(query.order_by(Product.position)):
        own = web.path_for("storefront_catalog.product_page", slug=product.slug)
        found += dict.fromkeys([own, *(variant_path(each) for each in product.variants)])
    return [_below_prefix(path) for path in found]


def _below_prefix(path: str) -> str:
    return path.removeprefix(web.settings().url_prefix)
