"""Tell people when something is back: asked with double opt-in, one letter each, the oldest wish first.

Who asks learns nothing about an address: a new one, a waiting one and one too many are answered alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storefront import mail, tokens
from storefront.catalog.models import Variant
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, LinkExpired
from storefront.inserts import insert_once
from storefront.stock import levels
from storefront.stock.models import StockNotice

RESEND_AFTER = timedelta(seconds=60)
LETTERS_PER_PIECE = 3  # so that nobody hurries for a piece that ten others were told of
BATCH_EVERY = timedelta(hours=1)
FORGET_UNCONFIRMED = timedelta(days=7)
FORGET_SENT = timedelta(days=30)
GONE = "This link was used up, or the address was erased."


@dataclass(frozen=True)
class Desk:
    """How the links of a notice are written."""

    notice_url: Callable[[str], str]  # of a notice's id
    product_url: Callable[[Variant], str]


def ask(db: Session, sku: str, email: str, *, now: datetime, desk: Desk) -> None:
    """Remember the wish and write the letter that asks to confirm it.

    Raises:
        Invalid: this cannot be a mail address, or is not sold out.
    """
    address = canonical_email(email)
    variant = db.scalar(select(Variant).where(Variant.sku == sku))
    if variant is None or not variant.product.is_published:
        raise Invalid("This is not sold here, or not any more.")
    if levels.ready(db, [variant.id])[variant.id] > 0:
        raise Invalid(f"{variant.product.name} is in stock: you can order it now.")
    insert_once(
        db, StockNotice, id=tokens.key(), variant_id=variant.id, email=address, state="asked",
        letters=0, created_at=now, written_at=now - RESEND_AFTER,
    )  # fmt: skip
    notice = _of(db, variant.id, address)
    if notice.state == "sent":  # it was told once, and wishes to be told again
        notice.state, notice.created_at, notice.sent_at = "asked", now, None
    if notice.state == "asked" and notice.written_at + RESEND_AFTER <= now:
        notice.letters, notice.written_at = notice.letters + 1, now
        context = _words(variant) | {"link": desk.notice_url(notice.id)}
        key = f"{notice.id}:{now.timestamp():.0f}"
        mail.write(db, "stock_notice_confirm", address, key, context)


def find(db: Session, notice_id: str | None) -> StockNotice:
    """Find a wish.

    Raises:
        LinkExpired: it was erased, or its link is not ours.
    """
    notice = db.get(StockNotice, notice_id) if notice_id else None
    if notice is None:
        raise LinkExpired(GONE)
    return notice


def confirm(db: Session, notice_id: str | None, now: datetime) -> StockNotice:
    """Take a wish as its owner's; again changes nothing.

    Raises:
        LinkExpired: it was erased, or its link is not ours.
    """
    notice = find(db, notice_id)
    if notice.state == "asked":
        notice.state, notice.confirmed_at = "confirmed", now
    return notice


def erase(db: Session, notice_id: str | None) -> None:
    """Forget a wish and its address; again changes nothing."""
    db.execute(delete(StockNotice).where(StockNotice.id == notice_id))


def tell(db: Session, now: datetime, desk: Desk) -> int:
    """Write to those who wait for what is back; tell how many letters.

    At most three people an hour hear of each free piece, in the order in which they asked.
    """
    waiting = select(StockNotice.variant_id).where(StockNotice.state == "confirmed").distinct()
    variant_ids = db.scalars(waiting).all()
    written = 0
    for variant_id, pieces in sorted(levels.ready(db, variant_ids).items()):
        room = pieces * LETTERS_PER_PIECE - _told_since(db, variant_id, now - BATCH_EVERY)
        for notice in _next(db, variant_id, room):
            _write_back(db, notice, now, desk)
            written += 1
    return written


def forget(db: Session, now: datetime) -> int:
    """Drop wishes that nobody confirmed, and those that came true a while ago; tell how many."""
    old = (
        delete(StockNotice).where(StockNotice.state == "asked", StockNotice.created_at < now - FORGET_UNCONFIRMED),
        delete(StockNotice).where(StockNotice.sent_at < now - FORGET_SENT),
    )  # fmt: skip
    return sum(int(getattr(db.execute(each), "rowcount", 0)) for each in old)


def _of(db: Session, variant_id: int, email: str) -> StockNotice:
    mine = (StockNotice.variant_id == variant_id, StockNotice.email == email)
    return db.scalars(select(StockNotice).where(*mine).with_for_update()).one()


def _told_since(db: Session, variant_id: int, moment: datetime) -> int:
    told = (StockNotice.variant_id == variant_id, StockNotice.sent_at > moment)
    return db.scalar(select(func.count()).select_from(StockNotice).where(*told)) or 0


def _next(db: Session, variant_id: int, most: int) -> Sequence[StockNotice]:
    if most <= 0:
        return []
    waiting = select(StockNotice).where(
        StockNotice.variant_id == variant_id, StockNotice.state == "confirmed"
    )
    first = waiting.order_by(StockNotice.confirmed_at, StockNotice.id).limit(most)
    return db.scalars(first.with_for_update(skip_locked=True)).all()


def _write_back(db: Session, notice: StockNotice, now: datetime, desk: Desk) -> None:
    variant = db.get_one(Variant, notice.variant_id)
    notice.state, notice.sent_at = "sent", now
    link = desk.notice_url(notice.id)
    context = _words(variant) | {"url": desk.product_url(variant), "leave_url": link}
    mail.write(db, "back_in_stock", notice.email, f"{notice.id}:{notice.letters}", context)


def _words(variant: Variant) -> dict[str, str]:
    return {"product": variant.product.name, "variant": variant.name}
