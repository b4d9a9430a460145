"""The letter of a recall: it goes to buyers, whatever they think of newsletters."""

from urllib.parse import urlencode

from sqlalchemy.orm import Session

from storefront.aftersales import letters
from storefront.aftersales.recall_models import Recall, RecallNotice
from storefront.orders.models import Order
from storefront.settings import Settings


def recall_notice(
    db: Session, recall: Recall, order: Order, notice: RecallNotice, settings: Settings
) -> None:
    """Say what is dangerous, what to do now, and where to answer."""
    base = settings.origin + settings.url_prefix
    key = urlencode({"key": order.key})
    context = letters.facts(order, settings) | {
        "title": recall.title, "hazard": recall.hazard, "what_to_do": recall.what_to_do,
        "lots": recall.lots, "pieces": notice.pieces, "is_certain": notice.is_certain,
        "notice_url": f"{base}/recalls/{recall.slug}",
        "answer_url": f"{base}/orders/{order.number}/recalls/{recall.slug}?{key}",
    }  # fmt: skip
    letters.write(db, "recall_notice", order, f"{recall.slug}:{order.number}", context)
