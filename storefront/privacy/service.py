"""Hand out everything kept about an address, and erase what the law lets us erase."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.held import Holding
from storefront.newsletter import consent, erasing
from storefront.privacy import blockers
from storefront.settings import Settings

# What opens something, or only means something to us.
HIDDEN = ("key", "fingerprint", "sha256", "session_id", "pay_url", "hash", "lease")


@dataclass(frozen=True)
class Erased:
    """What was done: rows by what they were, and what stayed, with the reason."""

    gone: dict[str, int] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)


def export(
    db: Session, email: str, holdings: Sequence[Holding], settings: Settings, now: datetime
) -> dict[str, Any]:
    """Give everything kept about an address, as JSON; nothing that would open something."""
    told: dict[str, Any] = {"address": email, "made_at": now.isoformat()}
    for holding in holdings:
        rows = [_plain(row) for row in _rows(db, holding, email)]
        told.setdefault(holding.about, []).extend(rows)
    lines = consent.of_person(db, email, settings)
    told["What you agreed to, and took back"] = [_plain(line) for line in lines]
    return told


def preview(db: Session, email: str, holdings: Sequence[Holding]) -> Erased:
    """Tell what erasing would do, and do nothing."""
    done = Erased()
    for holding in holdings:
        whose = holding.whose(email)
        count = db.scalar(select(func.count()).select_from(holding.model).where(whose)) or 0
        _note(done, holding, count)
    return done


def erase(
    db: Session, email: str, holdings: Sequence[Holding], settings: Settings, now: datetime
) -> Erased:
    """Erase an address from every room; what has to stay says nobody's name any more.

    Raises:
        Invalid: something still runs that has to end first; nothing was erased.
    """
    reasons = blockers.of(db, email, settings, now)
    if reasons:
        raise Invalid(" ".join(reasons), fields={"email": " ".join(reasons)})
    done = Erased()
    for holding in holdings:
        _note(done, holding, _erase(db, holding, email))
    erasing.erase(db, email, settings=settings, now=now)
    return done


def _erase(db: Session, holding: Holding, email: str) -> int:
    whose, model = holding.whose(email), holding.model
    if holding.doing == "delete":
        return int(getattr(db.execute(delete(model).where(whose)), "rowcount", 0))
    rows = db.scalars(select(model).where(whose)).all()
    if holding.change is not None:
        for row in rows:
            holding.change(row)
        db.flush()
    if holding.empties:
        key = inspect(model).primary_key[0]
        ids = [getattr(row, key.name) for row in rows]
        db.execute(update(model).where(key.in_(ids)).values(**holding.empties))
    return len(rows)


def _note(done: Erased, holding: Holding, count: int) -> None:
    if not count:
        return
    part = done.gone if holding.doing == "delete" else done.emptied
    if holding.doing != "keep":
        part[holding.about] = part.get(holding.about, 0) + count
    if holding.why:
        done.kept[holding.about] = holding.why


def _rows(db: Session, holding: Holding, email: str) -> Iterator[Any]:
    key = inspect(holding.model).primary_key[0]
    yield from db.scalars(select(holding.model).where(holding.whose(email)).order_by(key))


def _plain(row: Any) -> dict[str, Any]:
    columns = inspect(type(row)).column_attrs
    names = [each.key for each in columns if not any(part in each.key for part in HIDDEN)]
    return {
        name: _json(getattr(row, name)) for name in names if name != "id" or _is_number(row)
    }


def _is_number(row: Any) -> bool:
    """Tell whether a row's id is a plain number: ids made of letters are keys to something."""
    return isinstance(row.id, int)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
