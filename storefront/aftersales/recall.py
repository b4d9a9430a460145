"""Recall goods by lot: block their sale, publish why, write to everybody who has some."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, outbox
from storefront.aftersales import recall_find, recall_letters
from storefront.aftersales.recall_find import Piece, Wanted
from storefront.aftersales.recall_models import REMEDIES, Recall, RecalledGoods, RecallNotice
from storefront.catalog.models import Product, Variant
from storefront.errors import Invalid, NotFound
from storefront.orders import history
from storefront.orders.models import Order
from storefront.settings import Settings
from storefront.stock import blocks

KIND = "recall"
AT_ONCE = 100  # letters in one transaction
AGAIN = timedelta(hours=1)  # a parcel may have been on the packing table at that moment
MOST_LOTS, LONGEST_LOT, LONGEST_TEXT = 100, 60, 4000


@dataclass(frozen=True)
class Draft:
    """A recall before it is published."""

    title: str
    hazard: str
    what_to_do: str
    skus: Sequence[str]
    lots: Sequence[str] = ()  # none = every lot
    remedies: Sequence[str] = field(default=("refund",))


@dataclass(frozen=True)
class Preview:
    """What a recall would reach, before it is done."""

    orders: int  # that have recalled lots
    pieces: int
    orders_unknown: int  # whose lot nobody wrote down; they are written to as well
    pieces_unknown: int
    buyers: int  # addresses that get a letter
    to_be_sent: tuple[str, ...]  # orders that wait for such goods


def preview(db: Session, draft: Draft) -> Preview:
    """Count what a recall would reach, changing nothing.

    Raises:
        Invalid: something is missing, or there is no such SKU.
    """
    wanted = Wanted({one.id: one.sku for one in _variants(db, draft)}, _checked(draft).lots)
    found = dict(recall_find.by_order(recall_find.sent(db, wanted)))
    certain = [one for pieces in found.values() for one in pieces if one.is_certain]
    unknown = [one for pieces in found.values() for one in pieces if not one.is_certain]
    emails = db.scalars(select(Order.email).where(Order.id.in_(found))).all() if found else []
    sure = {one.order_id for one in certain}
    return Preview(
        orders=len(sure), pieces=sum(one.quantity for one in certain),
        orders_unknown=len({one.order_id for one in unknown} - sure),
        pieces_unknown=sum(one.quantity for one in unknown),
        buyers=len({email.casefold() for email in emails}),
        to_be_sent=tuple(recall_find.to_be_sent(db, wanted)),
    )  # fmt: skip


def create(db: Session, draft: Draft, *, by: str) -> Recall:
    """Publish a recall: no such piece is sold any more, and the letters are on their way.

    Raises:
        Invalid: something is missing, there is no such SKU, or the title was used before.
    """
    draft = _checked(draft)
    variants = _variants(db, draft)
    recall = Recall(
        slug=_slug(db, draft.title), title=draft.title, hazard=draft.hazard,
        what_to_do=draft.what_to_do, lots=list(draft.lots), remedies=list(draft.remedies), by=by,
        published_at=clock.now(),
    )  # fmt: skip
    blocks.take(db, [variant.id for variant in variants])
    for variant in variants:
        name = f"{variant.product.name}, {variant.name}"
        recall.goods.append(RecalledGoods(variant_id=variant.id, sku=variant.sku, name=name))
        blocks.block(db, variant.id, f"Recalled: {draft.title}")
    db.add(recall)
    db.flush()
    database.raise_content_revision(db)
    told = {"recall": recall.id}
    outbox.put(db, KIND, recall.slug, told)
    outbox.put(db, KIND, f"{recall.slug}:again", told, run_at=clock.now() + AGAIN)
    return recall


def notify(recall_id: int, settings: Settings) -> int:
    """Write to every affected buyer who was not written to yet; tell how many.

    Each hundred is a transaction of its own, so a worker that dies leaves the rest to the next.
    """
    done = 0
    while wrote := _notify_some(recall_id, settings):
        done += wrote
    return done


def find(db: Session, slug: str) -> Recall:
    """Find a recall.

    Raises:
        NotFound: there is none.
    """
    recall = db.scalar(select(Recall).where(Recall.slug == slug))
    if recall is None:
        raise NotFound("There is no recall at this address.")
    return recall


def notices(db: Session, recall: Recall) -> Sequence[RecallNotice]:
    """List the affected orders of a recall with their answers, in the order they were placed."""
    mine = select(RecallNotice).where(RecallNotice.recall_id == recall.id)
    return db.scalars(mine.order_by(RecallNotice.order_id)).all()


def _notify_some(recall_id: int, settings: Settings) -> int:
    with database.transaction() as db:
        locked = select(Recall).where(Recall.id == recall_id).with_for_update()
        recall = db.scalars(locked).one()
        known = select(RecallNotice.order_id).where(RecallNotice.recall_id == recall_id)
        told = set(db.scalars(known))
        pieces = recall_find.sent(db, recall_find.wanted_of(recall))
        lacking = [each for each in recall_find.by_order(pieces) if each[0] not in told]
        for order_id, mine in lacking[:AT_ONCE]:
            _notify_one(db, recall, db.get_one(Order, order_id), mine, settings)
        return len(lacking[:AT_ONCE])


def _notify_one(
    db: Session, recall: Recall, order: Order, pieces: Sequence[Piece], settings: Settings
) -> None:
    notice = RecallNotice(
        recall_id=recall.id, order_id=order.id, written_at=clock.now(),
        is_certain=all(one.is_certain for one in pieces),
        pieces=[
            {"line": one.line_id, "name": one.name, "quantity": one.quantity, "lot": one.lot,
             "is_whole": one.is_whole} for one in pieces
        ],
    )  # fmt: skip
    db.add(notice)
    recall_letters.recall_notice(db, recall, order, notice, settings)
    text = f"The buyer was written to about the recall: {recall.title}."
    history.note(db, order, "recall", text, is_public=True, recall=recall.slug)


def _checked(draft: Draft) -> Draft:
    """Give a draft in its one spelling.

    Raises:
        Invalid: something is missing or too long.
    """
    title = " ".join(draft.title.split())
    lots = tuple(dict.fromkeys(" ".join(lot.split()) for lot in draft.lots if lot.strip()))
    hazard, to_do = draft.hazard.strip(), draft.what_to_do.strip()
    wrong = {
        "title": not 1 <= len(title) <= 160, "hazard": not 1 <= len(hazard) <= LONGEST_TEXT,
        "what_to_do": not 1 <= len(to_do) <= LONGEST_TEXT, "skus": not draft.skus,
        "lots": len(lots) > MOST_LOTS or any(len(lot) > LONGEST_LOT for lot in lots),
        "remedies": not draft.remedies or not set(draft.remedies) <= set(REMEDIES),
    }  # fmt: skip
    if any(wrong.values()):
        named = [name for name, is_wrong in wrong.items() if is_wrong]
        message = f"A recall needs {', '.join(named).replace('_', ' ')}."
        raise Invalid(message, dict.fromkeys(named, "This is missing or too long."))
    remedies = tuple(one for one in REMEDIES if one in draft.remedies)
    return Draft(title, hazard, to_do, tuple(dict.fromkeys(draft.skus)), lots, remedies)


def _variants(db: Session, draft: Draft) -> Sequence[Variant]:
    found = db.scalars(
        select(Variant).join(Product).where(Variant.sku.in_(draft.skus)).order_by(Variant.id)
    ).all()
    unknown = set(draft.skus) - {variant.sku for variant in found}
    if unknown:
        sentence = f"There is no SKU {', '.join(sorted(unknown))}."
        raise Invalid(sentence, {"skus": sentence})
    return found


def _slug(db: Session, title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    slug = "-".join([clock.now().date().isoformat(), *words])[:80].rstrip("-")
    if db.scalar(select(Recall.id).where(Recall.slug == slug)) is not None:
        raise Invalid("There is a recall of that title today.", {"title": "Used already."})
    return slug
