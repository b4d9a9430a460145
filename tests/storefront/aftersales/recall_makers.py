"""Makers of what was sold and of what is recalled."""

from sqlalchemy import select

from storefront import clock, database, outbox
from storefront.aftersales import recall
from storefront.aftersales.recall import Draft
from storefront.orders.models import Fulfilment, OrderLine, Shipment, ShipmentLine
from storefront.outbox import OutboxRow
from storefront.payments.models import Payment
from tests.makers import make_attempt, make_order

DRAFT = Draft(
    title="Strap may tear", hazard="The stitching can open under load.",
    what_to_do="Stop using it now.", skus=["STRAP"], lots=["L-7"], remedies=["refund", "replace"],
)  # fmt: skip


def sold(db, variant, lot=None, *, pieces=1, email="ana@example.org", sku=None, parts=()):
    """Make a paid order of a variant; with a lot (which may be empty) it was sent."""
    order = make_order(
        db, total_minor=1400 * pieces + 390, email=email, state="paid", paid_at=clock.now(),
        paid_minor=1400 * pieces + 390,
    )  # fmt: skip
    line = OrderLine(
        variant_id=variant.id, sku=sku or variant.sku, name="Strap", quantity=pieces,
        unit_price_minor=1400, total_minor=1400 * pieces, tax_basis_points=0, tax_minor=0,
        parts=[list(part) for part in parts] or [[variant.id, 1]],
    )  # fmt: skip
    order.lines.append(line)
    db.add(Fulfilment(order_id=order.id, state="to_ship", created_at=clock.now()))
    attempt = make_attempt(db, order, state="paid")
    db.add(
        Payment(
            order_id=order.id, attempt_id=attempt.id, reference=attempt.reference,
            amount_minor=order.total_minor, currency="EUR", received_at=clock.now(),
        )
    )  # fmt: skip
    db.flush()
    if lot is not None:
        parcel = Shipment(order_id=order.id, shipped_at=clock.now())
        parcel.lines.append(ShipmentLine(order_line_id=line.id, quantity=pieces, lot=lot))
        db.add(parcel)
        db.get_one(Fulfilment, db.scalar(select(Fulfilment.id).where(Fulfilment.order_id == order.id))).state = "shipped"  # fmt: skip
    db.commit()
    return order


def publish(draft=DRAFT) -> str:
    with database.transaction() as db:
        return recall.create(db, draft, by="kim").slug


def work(app):
    outbox.drain(
        {recall.KIND: app.extensions["storefront"].outbox_handlers[recall.KIND]}, most=1
    )


def found(db, slug):
    db.rollback()
    return recall.find(db, slug)


def letters(db):
    db.rollback()
    rows = db.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [row.payload for row in rows if row.payload["letter"] == "recall_notice"]
