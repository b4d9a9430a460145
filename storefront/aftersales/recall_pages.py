"""What the pages of recalls show, and what recalls add to other pages."""

from datetime import datetime
from typing import Any

from babel.dates import format_date
from flask import Response, url_for
from sqlalchemy.orm import Session

from storefront import web
from storefront.aftersales import recall_find
from storefront.aftersales.recall_answers import WORDS
from storefront.aftersales.recall_models import Recall, RecallNotice
from storefront.catalog.listing import ProductListing
from storefront.hooks import PageSection, hookimpl
from storefront.list_page import Link
from storefront.orders.models import Order

PROMISES = {
    "refund": "We give back what you paid for the recalled pieces.",
    "repair": "We write to you how to have it repaired, at no cost to you.",
    "replace": "We send you another piece that is not affected, at no cost to you.",
}


def list_page(db: Session) -> Response:
    """List every recall, newest first."""
    shown = [_shown(recall) for recall, _ in recall_find.published(db)]
    return web.page("storefront/recalls.html", recalls=shown, trail=_trail())


def notice_page(recall: Recall) -> Response:
    """Show one recall to everybody."""
    return web.page("storefront/recall.html", recall=_shown(recall), trail=_trail(recall))


def answer_page(recall: Recall, order: Order, notice: RecallNotice) -> Response:
    """Show an affected buyer what can be chosen, or what was."""
    return web.page(
        "storefront/recall_answer.html", recall=_shown(recall), order=order, notice=notice,
        chosen=WORDS.get(notice.remedy or ""), promise=PROMISES.get(notice.remedy or "", ""),
        choices=[(one, WORDS[one], PROMISES[one]) for one in recall.remedies],
        action=url_for("storefront_recalls.answer", number=order.number, slug=recall.slug, key=order.key),
    )  # fmt: skip


class ShopAnswers:
    """What recalls add to the shop's own pages, by the same questions that plugins answer."""

    @hookimpl
    def product_sections(self, db: Session, product: ProductListing) -> list[PageSection]:
        """Lead from a product to its recalls; nobody asks for what is not blocked."""
        gone = [variant.sku for variant in product.variants if variant.blocked]
        found = recall_find.of_skus(db, gone) if gone else []
        if not found:
            return []
        context = {"recalls": [_shown(recall) for recall in found]}
        return [PageSection("recalls", "storefront/_recalled.html", 1, context)]

    @hookimpl
    def sitemap_entries(self, db: Session) -> list[str]:
        """Name the public pages of recalls."""
        slugs = [recall.slug for recall, _ in recall_find.published(db)]
        return ["/recalls/", *(f"/recalls/{slug}" for slug in slugs)]


def _shown(recall: Recall) -> dict[str, Any]:
    return {
        "title": recall.title, "hazard": recall.hazard, "what_to_do": recall.what_to_do,
        "url": url_for("storefront_recalls.recall_page", slug=recall.slug), "lots": recall.lots,
        "goods": [f"{goods.name} ({goods.sku})" for goods in recall.goods],
        "remedies": [WORDS[one] for one in recall.remedies],
        "on": _day(recall.published_at), "iso": recall.published_at.date().isoformat(),
    }  # fmt: skip


def _day(moment: datetime) -> str:
    return format_date(moment.date(), "d MMMM y", locale=web.settings().locale)


def _trail(recall: Recall | None = None) -> list[Link]:
    trail = [Link("Home", url_for("storefront_catalog.home"))]
    trail.append(Link("Recalls", url_for("storefront_recalls.recall_list"), recall is None))
    if recall is not None:
        own = url_for("storefront_recalls.recall_page", slug=recall.slug)
        trail.append(Link(recall.title, own, True))
    return trail
