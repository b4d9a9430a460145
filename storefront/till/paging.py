"""Cut lists into pages the way Stripe does."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from storefront.till import errors
from storefront.till.ledger import Json, Ledger
from storefront.till.tables import objects

COMPARE = {
    "gt": objects.c.created.__gt__,
    "gte": objects.c.created.__ge__,
    "lt": objects.c.created.__lt__,
    "lte": objects.c.created.__le__,
}


@dataclass(frozen=True)
class Page:
    """Say which objects a list asks for, and how it is cut."""

    kind: str
    url: str
    params: Json
    where: list[ColumnElement[bool]] = field(default_factory=list)
    oldest_first: bool = False


def listing(ledger: Ledger, page: Page) -> Json:
    """Answer one page as a list object."""
    limit = limit_of(page.params)
    wanted = select(objects.c.body).where(objects.c.kind == page.kind, *page.where)
    wanted = wanted.where(*created_within(page.params.get("created")))
    backwards = "ending_before" in page.params
    upwards = page.oldest_first != backwards
    for name in ("starting_after", "ending_before"):
        if name in page.params:
            place = ledger.place(page.params[name], page.kind, name)
            wanted = wanted.where(objects.c.seq > place if upwards else objects.c.seq < place)
    order = objects.c.seq.asc() if upwards else objects.c.seq.desc()
    found = ledger.bodies(wanted.order_by(order).limit(limit + 1))
    kept = found[:limit]
    return as_list(page.url, kept[::-1] if backwards else kept, has_more=len(found) > limit)


def as_list(url: str, rows: list[Json], *, has_more: bool = False) -> Json:
    """Wrap rows in a list object."""
    return {"object": "list", "url": url, "has_more": has_more, "data": rows}


def limit_of(params: Json) -> int:
    """Read the page length: 1 to 100, 10 unless told."""
    limit = int(params.get("limit", 10))
    if not 1 <= limit <= 100:
        raise errors.invalid("Invalid limit: must be between 1 and 100.", "limit")
    if "starting_after" in params and "ending_before" in params:
        raise errors.invalid("You may only specify one of these parameters.", "starting_after")
    return limit


def created_within(created: Any) -> list[ColumnElement[bool]]:
    """Turn created=1 or created[gte]=1 into conditions."""
    if created is None:
        return []
    if isinstance(created, int):
        return [objects.c.created == created]
    return [COMPARE[name](moment) for name, moment in created.items()]
