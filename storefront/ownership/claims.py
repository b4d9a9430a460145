"""Codes that stand for a tool: printed in its box, or made by a buyer who gives one away.

Only the hash of a code is kept. A code has one owner at a time; it is handed on by a new code,
and whoever takes that owns it from then on, while the giver owns it no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront import tokens
from storefront.catalog import service as catalog
from storefront.errors import Invalid, NotFound
from storefront.orders.models import Order, OrderLine
from storefront.ownership import service
from storefront.ownership.models import ClaimCode, Owned
from storefront.ownership.rules import kept_lines
from storefront.settings import Settings

GROUPS, LETTERS = 4, 16  # four groups of four: 80 bits
LONGEST_BATCH = 60
MOST_AT_ONCE = 1000
ALIKE = str.maketrans("OIL", "011")
REFUSED = "This code opens nothing. Compare it letter by letter; if it stays so, write to us."


def spelt(text: str) -> str:
    """Give a code in its one spelling, whatever was typed between its letters or instead of them."""
    letters = "".join(each for each in text.upper().translate(ALIKE) if each in tokens.ALPHABET)
    return letters if len(letters) == LETTERS else ""


def address(code: str, settings: Settings) -> str:
    """Give the whole address of a code, for a QR code or a message; what follows "#" is never sent."""
    return f"{settings.origin}{settings.url_prefix}/claim#{code}"


def make(db: Session, sku: str, count: int, batch: str, now: datetime) -> list[str]:
    """Make codes for boxes of a variant, and give them this once.

    Raises:
        Invalid: there is no such SKU, it brings nothing to own, or the batch has no short name.
    """
    if not batch.strip() or len(batch) > LONGEST_BATCH or not batch.isprintable():
        message = f"Name the batch in one line of at most {LONGEST_BATCH} characters."
        raise Invalid(message)
    if not 1 <= count <= MOST_AT_ONCE:
        message = f"From 1 to {MOST_AT_ONCE} codes at once."
        raise Invalid(message)
    components = _components(db, sku)
    return [
        _made(db, now, sku=sku, components=components, batch=batch.strip())[0]
        for _each in range(count)
    ]


def make_for_line(db: Session, order: Order, line: OrderLine, now: datetime) -> str:
    """Make the code by which a buyer gives one line of an order away; the one before ends.

    Raises:
        Invalid: the line is not paid any more, opens nothing, or was taken already.
    """
    if line not in kept_lines(order) or not line.components:
        raise Invalid("There is nothing to give away.")
    for code in of_line(db, line):
        if code.claimed_at is not None:
            raise Invalid("Somebody has taken it already.")
        code.revoked_at, code.revoked_because = now, "another code was made"
    facts = {"sku": line.sku, "components": list(line.components), "order_line_id": line.id}
    return _made(db, now, batch="", **facts)[0]


def of_line(db: Session, line: OrderLine) -> Sequence[ClaimCode]:
    """List the codes by which a line was given away, that are not revoked."""
    mine = select(ClaimCode).where(
        ClaimCode.order_line_id == line.id, ClaimCode.revoked_at.is_(None)
    )
    return db.scalars(mine.order_by(ClaimCode.id)).all()


def find(db: Session, text: str, *, lock: bool = False) -> ClaimCode:
    """Find the row of a code that can be taken now.

    Raises:
        NotFound: wrong, taken and revoked ones are answered alike.
    """
    code = spelt(text)
    mark = tokens.fingerprint(code)
    wanted = select(ClaimCode).where(
        or_(ClaimCode.fingerprint == mark, ClaimCode.transfer_fingerprint == mark)
    )
    row = db.scalar(wanted) if code else None
    if lock and row is not None:
        _hold_order(db, row)
        row = db.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if row is None or row.revoked_at is not None or not _is_free(db, row, mark):
        raise NotFound(REFUSED)
    return row


def claim(db: Session, text: str, email: str, now: datetime) -> ClaimCode:
    """Let a proven address own what a code stands for; whoever owned it owns it no more.

    Raises:
        NotFound: the code opens nothing, or another was quicker.
    """
    row = find(db, text, lock=True)
    row.transfers += row.claimed_by is not None
    row.claimed_by, row.claimed_at, row.transfer_fingerprint = email, now, None
    _end(db, row, now)
    for component in row.components:
        db.add(
            Owned(email=email, component=component, source="claim", reference=row.id, since=now)
        )
    db.flush()
    return row


def hand_on(db: Session, code_id: int, email: str) -> str:
    """Make a code by which its owner gives away what was claimed; they own it until it is taken.

    Raises:
        NotFound: it is not theirs, or was revoked.
    """
    row = _mine(db, code_id, email)
    code = _new_code()
    row.transfer_fingerprint = tokens.fingerprint(spelt(code))
    db.flush()
    return code


def keep(db: Session, code_id: int, email: str) -> None:
    """Keep after all what was to be given away: the code for it opens nothing any more.

    Raises:
        NotFound: it is not theirs.
    """
    _mine(db, code_id, email).transfer_fingerprint = None


def claimed_by(db: Session, email: str) -> Sequence[ClaimCode]:
    """List what an address has claimed, newest first."""
    mine = select(ClaimCode).where(
        ClaimCode.claimed_by == email, ClaimCode.revoked_at.is_(None)
    )
    return db.scalars(mine.order_by(ClaimCode.id.desc())).all()


def revoke(
    db: Session, codes: Sequence[ClaimCode], because: str, settings: Settings, now: datetime
) -> int:
    """Revoke codes at once, claimed or not; tell how many were not revoked before.

    What a buyer gave away by one is the buyer's again, as long as it stays paid.
    """
    for code in codes:
        if code.order_line_id is not None:
            _hold_order(db, code)
            db.refresh(code, with_for_update=True)
    fresh = [code for code in codes if code.revoked_at is None]
    for code in fresh:
        code.revoked_at, code.revoked_because = now, because[:200]
        code.transfer_fingerprint = None
        mine = select(Owned).where(Owned.source == "claim", Owned.reference == code.id)
        for row in db.scalars(mine):
            row.ends_at = min(row.ends_at or now, now)
        line = db.get(OrderLine, code.order_line_id) if code.order_line_id else None
        if line is not None:
            service.sync_order(db, line.order, settings, now)
    db.flush()
    return len(fresh)


def known(db: Session, text: str) -> Sequence[ClaimCode]:
    """Find the row of a code whatever became of it, for the operator; nothing for an unknown one."""
    mark = tokens.fingerprint(spelt(text))
    mine = or_(ClaimCode.fingerprint == mark, ClaimCode.transfer_fingerprint == mark)
    return db.scalars(select(ClaimCode).where(mine)).all()


@dataclass(frozen=True)
class Batch:
    """How the codes of one batch stand."""

    batch: str
    sku: str
    made: int
    taken: int
    revoked: int


def batches(db: Session) -> list[Batch]:
    """Count the codes of each batch, the newest first."""
    taken, revoked = func.count(ClaimCode.claimed_at), func.count(ClaimCode.revoked_at)
    rows = (
        select(ClaimCode.batch, ClaimCode.sku, func.count(), taken, revoked)
        .where(ClaimCode.batch != "")
        .group_by(ClaimCode.batch, ClaimCode.sku)
        .order_by(func.max(ClaimCode.id).desc())
    )
    return [Batch(*row) for row in db.execute(rows)]


def of_batch(db: Session, batch: str) -> Sequence[ClaimCode]:
    """List the codes of a batch; the codes that buyers made have none."""
    mine = select(ClaimCode).where(ClaimCode.batch == batch, ClaimCode.batch != "")
    return db.scalars(mine.order_by(ClaimCode.id)).all()


def _mine(db: Session, code_id: int, email: str) -> ClaimCode:
    row = db.get(ClaimCode, code_id, with_for_update=True, populate_existing=True)
    if row is None or row.claimed_by != email or row.revoked_at is not None:
        raise NotFound
    return row


def _hold_order(db: Session, row: ClaimCode) -> None:
    """Let nobody pay back the line of a code before it is taken; the order comes before the code."""
    line = db.get(OrderLine, row.order_line_id) if row.order_line_id else None
    if line is not None:
        db.get(Order, line.order_id, with_for_update=True, populate_existing=True)
        db.refresh(line)


def _is_free(db: Session, row: ClaimCode, mark: str) -> bool:
    """Tell whether this code can be taken: nobody has, or its owner gives it away by this very one."""
    if row.claimed_at is not None:  # whoever did may have been erased since
        return row.claimed_by is not None and row.transfer_fingerprint == mark
    if row.order_line_id is None:
        return True
    line = db.get(OrderLine, row.order_line_id)
    return line is not None and line in kept_lines(line.order)


def _end(db: Session, row: ClaimCode, now: datetime) -> None:
    """Take it from whoever had it: the giver of the code, or the buyer of the line."""
    owners = select(Owned).where(Owned.source == "claim", Owned.reference == row.id)
    for gone in db.scalars(owners):
        db.delete(gone)
    bought = select(Owned).where(
        Owned.source == "order", Owned.reference == (row.order_line_id or 0)
    )
    for gone in db.scalars(bought):
        gone.ends_at, gone.told_at = now, now  # they gave it away: no letter
    db.flush()


def _components(db: Session, sku: str) -> list[str]:
    for found in catalog.of_skus(db, [sku]):
        for variant in found.product.variants:
            if variant.sku == sku and found.inside[variant.id].components:
                return sorted(found.inside[variant.id].components)
    message = f"There is no SKU {sku!r} that brings a component."
    raise Invalid(message)


def _made(db: Session, now: datetime, **facts: object) -> tuple[str, ClaimCode]:
    code = _new_code()
    row = ClaimCode(fingerprint=tokens.fingerprint(spelt(code)), made_at=now, **facts)
    db.add(row)
    db.flush()
    return code, row


def _new_code() -> str:
    return tokens.number(groups=GROUPS, size=LETTERS // GROUPS)
