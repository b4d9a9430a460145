"""Which pieces a recall is about: found by what left the house, guests' and kits' too."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from storefront.aftersales.recall_models import Recall, RecalledGoods
from storefront.errors import Invalid
from storefront.orders.models import Fulfilment, Order, OrderLine, Shipment, ShipmentLine

NOT_SENT = ("to_ship", "partly_shipped")


@dataclass(frozen=True)
class Wanted:
    """What is recalled: variants by id and SKU, and lots; no lots = every lot."""

    variants: Mapping[int, str]
    lots: Collection[str]

    def has_lot(self, lot: str) -> bool | None:
        """Tell whether a lot is recalled; None when nobody wrote it down."""
        if not self.lots:
            return True
        if not lot:
            return None
        return spelt(lot) in {spelt(one) for one in self.lots}


@dataclass(frozen=True)
class Piece:
    """Recalled pieces of an order line in a parcel."""

    order_id: int
    line_id: int
    name: str
    quantity: int
    lot: str
    is_certain: bool
    is_whole: bool  # the line is what is recalled, not a kit that holds it


def spelt(lot: str) -> str:
    """Give a lot in the spelling it is compared by."""
    return " ".join(lot.split()).casefold()


def sent(db: Session, wanted: Wanted) -> list[Piece]:
    """List recalled pieces that left the house, and those whose lot nobody wrote down."""
    rows = db.execute(
        select(OrderLine, ShipmentLine.quantity, ShipmentLine.lot)
        .join(ShipmentLine, ShipmentLine.order_line_id == OrderLine.id)
        .where(_may_hold(wanted))
        .order_by(OrderLine.order_id, ShipmentLine.id)
    )
    found = []
    for line, quantity, lot in rows:
        is_recalled = wanted.has_lot(lot)
        if is_recalled is False or not _holds(line, wanted):
            continue
        found.append(
            Piece(
                line.order_id, line.id, line.name, quantity, lot, is_certain=is_recalled is True,
                is_whole=_is_itself(line, wanted),
            )
        )  # fmt: skip
    return found


def to_be_sent(db: Session, wanted: Wanted) -> list[str]:
    """Name the paid orders that still wait for such goods: whoever packs must look."""
    left = (
        select(func.coalesce(func.sum(ShipmentLine.quantity), 0))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.order_line_id == OrderLine.id)
        .scalar_subquery()
    )
    rows = db.execute(
        select(OrderLine, Order.number)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Fulfilment, Fulfilment.order_id == Order.id)
        .where(
            _may_hold(wanted), Fulfilment.state.in_(NOT_SENT), OrderLine.quantity > left
        )
        .order_by(Order.id)
    )  # fmt: skip
    return list(dict.fromkeys(number for line, number in rows if _holds(line, wanted)))


def refuse(db: Session, lots: Iterable[tuple[OrderLine, str]]) -> None:
    """Let pass a parcel without recalled goods.

    Raises:
        Invalid: a line is recalled, or its lot has to be named to know.
    """
    recalls = published(db)
    for line, lot in lots if recalls else ():
        for recall, wanted in recalls:
            if not _holds(line, wanted) or wanted.has_lot(lot) is False:
                continue
            if wanted.has_lot(lot) is None:
                message = (
                    f"{line.name}: name its lot, since some lots are recalled ({recall.title})."
                )
                raise Invalid(message)
            raise Invalid(f"{line.name}: this is recalled ({recall.title}). It must not leave.")


def published(db: Session) -> Sequence[tuple[Recall, Wanted]]:
    """List every recall with what it is about, newest first."""
    recalls = db.scalars(
        select(Recall).options(selectinload(Recall.goods)).order_by(Recall.id.desc())
    ).all()
    return [(recall, wanted_of(recall)) for recall in recalls]


def of_skus(db: Session, skus: Collection[str]) -> Sequence[Recall]:
    """List the recalls of these SKUs, newest first."""
    named = select(RecalledGoods.recall_id).where(RecalledGoods.sku.in_(skus))
    mine = select(Recall).where(Recall.id.in_(named)).options(selectinload(Recall.goods))
    return db.scalars(mine.order_by(Recall.id.desc())).all()


def wanted_of(recall: Recall) -> Wanted:
    """Tell what a recall is about."""
    return Wanted({goods.variant_id or 0: goods.sku for goods in recall.goods}, recall.lots)


def _may_hold(wanted: Wanted) -> ColumnElement[bool]:
    """Choose the lines that could be meant; what a kit is made of is read as text first."""
    made_of = cast(OrderLine.parts, Text)
    return or_(
        OrderLine.variant_id.in_(wanted.variants),
        OrderLine.sku.in_(wanted.variants.values()),
        *(made_of.like(f"%[{variant_id}, %") for variant_id in wanted.variants),
    )


def _holds(line: OrderLine, wanted: Wanted) -> bool:
    parts = {int(part[0]) for part in line.parts}
    return _is_itself(line, wanted) or bool(parts & set(wanted.variants))


def _is_itself(line: OrderLine, wanted: Wanted) -> bool:
    return line.variant_id in wanted.variants or line.sku in wanted.variants.values()


def by_order(pieces: Iterable[Piece]) -> Iterator[tuple[int, list[Piece]]]:
    """Group pieces by their order."""
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.order_id, []).append(piece)
    yield from found.items()
