"""The shop's own products in an issue: the shop asks itself as it asks its plugins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import web
from storefront.answers import NewsletterBlock, NewsletterItem, NewsletterLink, ReaderFacts
from storefront.catalog.models import Product
from storefront.hooks import hookimpl

KIND = "product"
MOST = 40  # that are proposed


class ProductAnswers:
    """Products as things of an issue; they have no revisions, so their words are kept with the issue."""

    @hookimpl
    def newsletter_items(self, db: Session, since: datetime | None) -> list[NewsletterItem]:
        """Propose what is on the shelf."""
        del since
        shelf = select(Product).where(Product.is_published).order_by(Product.id.desc())
        return [
            NewsletterItem(
                reference=f"{KIND}:{each.slug}", kind=KIND, title=each.name, summary=each.summary,
                url=_url(each.slug), group="Shop",
            )
            for each in db.scalars(shelf.limit(MOST))
        ]  # fmt: skip

    @hookimpl
    def newsletter_blocks(
        self, db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
    ) -> dict[ReaderFacts, list[NewsletterBlock]]:
        """Show products, the same to everybody."""
        start = f"{KIND}:"
        slugs = [one.removeprefix(start) for one in references if one.startswith(start)]
        if not slugs:
            return {one: [] for one in facts}
        found = db.scalars(select(Product).where(Product.slug.in_(slugs), Product.is_published))
        blocks = [_block(each) for each in found]
        return dict.fromkeys(facts, blocks)


def _block(product: Product) -> NewsletterBlock:
    url = _url(product.slug)
    return NewsletterBlock(
        reference=f"{KIND}:{product.slug}", state="open", title=product.name, text=product.summary, url=url,
        links=(NewsletterLink("See it in the shop", url, is_main=True),),
        picture=product.pictures[0] if product.pictures else "",
    )  # fmt: skip


def _url(slug: str) -> str:
    return web.path_for("storefront_catalog.product_page", slug=slug)
