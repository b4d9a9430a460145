"""What of a wish cannot be had: line by line, with how many of it are left, in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.models import Variant
from storefront.errors import SoldOut
from storefront.stock import levels


@dataclass(frozen=True)
class Shortage:
    """A line that cannot be had whole: how many of it may stay while the others stay."""

    variant_id: int
    wanted: int
    left: int


def shortages(
    db: Session, wanted: Mapping[int, int], *, own: Mapping[int, int] | None = None
) -> list[Shortage]:
    """List the lines (variant to pieces) that the free stock cannot fill all at once.

    `own` are parts that whoever asks holds already: they count as free.
    """
    blocked = levels.blocked(db, wanted)
    parts = {line: levels.explode(db, {line: 1}) for line in wanted}
    needs = levels.summed(
        {part: n * wanted[line] for part, n in opened.items()} for line, opened in parts.items()
    )
    free = levels.summed([levels.free_parts(db, needs), own or {}])
    short = {part for part, need in needs.items() if need > free.get(part, 0)}
    found = []
    for line, opened in parts.items():
        left = [0] if line in blocked else []
        left += [
            (free.get(part, 0) - needs[part]) // opened[part] + wanted[line]
            for part in short & set(opened)
        ]
        if left:
            found.append(Shortage(line, wanted[line], max(0, min(left))))
    return found


def sold_out(db: Session, short: Sequence[Shortage]) -> SoldOut:
    """Say which lines are short and how many of each are left."""
    by_id = {item.variant_id: item for item in short}
    found = db.scalars(select(Variant).where(Variant.id.in_(by_id)).order_by(Variant.id)).all()
    lines = [
        {"sku": variant.sku, "name": variant.product.name, "left": by_id[variant.id].left}
        for variant in found
    ]
    return SoldOut(" ".join(_sentence(line) for line in lines) or None, lines=lines)


def _sentence(line: Mapping[str, object]) -> str:
    if line["left"] == 0:
        return f"{line['name']} is sold out."
    return f"Only {line['left']} of {line['name']} can still be had."
