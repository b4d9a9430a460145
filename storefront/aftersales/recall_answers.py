"""What an affected buyer chooses: money back, a repair or another piece."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.aftersales.recall_models import Recall, RecallNotice
from storefront.errors import Invalid, NotFound
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import refunds
from storefront.payments.refunds import Wanted
from storefront.settings import Settings

WORDS = {"refund": "Money back", "repair": "Repair", "replace": "Another piece"}
UNKNOWN_LOT = "Not every lot was written down. Ask for it, then refund."
IN_KIT = "Only a part of a kit is recalled. Decide what goes back."
BY_HAND = {"repair": "Arrange the repair.", "replace": "Send another piece."}


def notice_of(db: Session, recall: Recall, order: Order) -> RecallNotice:
    """Find the notice of an order.

    Raises:
        NotFound: the order is not affected.
    """
    mine = select(RecallNotice).where(
        RecallNotice.recall_id == recall.id, RecallNotice.order_id == order.id
    )
    notice = db.scalar(mine.execution_options(populate_existing=True))
    if notice is None:
        raise NotFound("This recall is not about this order.")
    return notice


def answer(
    db: Session, recall: Recall, order: Order, remedy: str, settings: Settings
) -> RecallNotice:
    """Take what a buyer chose, once; money goes back by itself where it is certain what for.

    Raises:
        NotFound: the order is not affected.
        Invalid: this is not offered, or something else was chosen before.
    """
    orders.lock(db, order)
    notice = notice_of(db, recall, order)
    if notice.remedy == remedy:
        return notice
    if remedy not in recall.remedies:
        raise Invalid("Please choose one of these.", {"remedy": "Choose one."})
    if notice.remedy is not None:
        message = f"You chose “{WORDS[notice.remedy]}” before. Write to us to change it."
        raise Invalid(message, {"remedy": message})
    notice.remedy, notice.answered_at = remedy, clock.now()
    notice.to_do = BY_HAND.get(remedy) or _refund(db, recall, order, notice, settings)
    history.note(
        db, order, "recall_answer", f"Recall: {WORDS[remedy]} was chosen.", by="buyer",
        is_public=True, recall=recall.slug, remedy=remedy,
    )  # fmt: skip
    return notice


def _refund(
    db: Session, recall: Recall, order: Order, notice: RecallNotice, settings: Settings
) -> str:
    """Ask for the refund; else say what a person has to do."""
    if not notice.is_certain:
        return UNKNOWN_LOT
    if not all(one["is_whole"] for one in notice.pieces):
        return IN_KIT
    wanted = _pieces_left(db, order, notice)
    if not wanted:
        return "All of it was refunded before. Tell the buyer."
    try:
        refund = refunds.ask(
            db, order, Wanted(wanted, reason="recall", note=recall.title), by="buyer",
            settings=settings,
        )  # fmt: skip
    except Invalid as why:
        return f"Refund by hand: {why.detail}"[:400]
    db.flush()
    notice.refund_id = refund.id
    return ""


def _pieces_left(db: Session, order: Order, notice: RecallNotice) -> Mapping[int, int]:
    """Give the recalled pieces of each line that were not refunded before."""
    recalled: dict[int, int] = {}
    for one in notice.pieces:
        recalled[one["line"]] = recalled.get(one["line"], 0) + one["quantity"]
    lines = {line.line_id: line.quantity for line in refunds.left(db, order).lines}
    wanted = {line: min(pieces, lines.get(line, 0)) for line, pieces in recalled.items()}
    return {line: pieces for line, pieces in wanted.items() if pieces}
