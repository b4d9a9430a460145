"""The vocabulary that content points at: muscles, conditions, points, exercises, people, care of tools."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routines.library.documents import Condition, LibraryExercise, Muscle, Point, ToolCare
from routines.library.models import BodyPart
from routines.library.models import Term as Row
from routines.library.pieces import Person
from storefront.public import NotFound, raise_content_revision

Word: TypeAlias = Muscle | Condition | Point | LibraryExercise | Person | ToolCare
Vocabulary: TypeAlias = Mapping[str, Mapping[str, Word]]  # by kind and slug

SHAPES: dict[str, type[Word]] = {
    "muscle": Muscle,
    "condition": Condition,
    "point": Point,
    "exercise": LibraryExercise,
    "person": Person,
    "tool_care": ToolCare,
}


def terms(db: Session, kind: str) -> dict[str, Any]:
    """Give all words of a kind by slug, in order: a `Muscle`, `Point` … each."""
    rows = db.execute(
        select(Row.slug, Row.document).where(Row.kind == kind).order_by(Row.position, Row.id)
    )
    return {slug: SHAPES[kind].model_validate(content) for slug, content in rows}


def everything(db: Session, kinds: Iterable[str] = tuple(SHAPES)) -> dict[str, dict[str, Any]]:
    """Give the whole vocabulary, or some kinds of it, by kind and slug, in one statement."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    query = select(Row.kind, Row.slug, Row.document).where(Row.kind.in_(found))
    query = query.order_by(Row.position, Row.id)
    for kind, slug, content in db.execute(query):
        found[kind][slug] = SHAPES[kind].model_validate(content)
    return found


def find(db: Session, kind: str, slug: str) -> Any:
    """Give one word.

    Raises:
        NotFound: there is none of that kind and name.
    """
    query = select(Row.document).where(Row.kind == kind, Row.slug == slug)
    content = db.scalar(query)
    if content is None:
        raise NotFound
    return SHAPES[kind].model_validate(content)


def in_body_part(db: Session, kind: str, slug: str) -> list[Any]:
    """Give the words of a kind that belong to a place on the body or to a part of it, in order."""
    places = _with_parts(db, slug)
    if kind == "condition":
        return [one for one in terms(db, kind).values() if places & {*one.body_parts}]
    query = select(Row.document).where(Row.kind == kind, Row.body_part.in_(places))
    rows = db.scalars(query.order_by(Row.position, Row.id))
    return [SHAPES[kind].model_validate(content) for content in rows]


def store(
    db: Session, kind: str, documents: Iterable[Word], *, after_others: bool = False
) -> int:
    """Store words of a kind, each at its place in the list, and tell how many changed.

    Args:
        db: the session of the running transaction.
        kind: one of `SHAPES`.
        documents: words with their slugs.
        after_others: put them behind the words that are there, where they are new.

    Raises:
        ValueError: a word has no slug.
    """
    rows = {row.slug: row for row in db.scalars(select(Row).where(Row.kind == kind))}
    first = _next_position(db, kind) if after_others else 0
    homes = _homes(db) if kind == "exercise" else {}
    changed = 0
    for place, document in enumerate(documents, first):
        slug = document.slug
        if not slug:
            message = f"a {kind} has no slug"
            raise ValueError(message)
        row = rows.get(slug) or Row(kind=kind, slug=slug, position=place)
        place = row.position if after_others else place
        if _fill(row, document, place, _home(document, homes)):
            db.add(row)
            changed += 1
    if changed:
        db.flush()
        raise_content_revision(db)
    return changed


def keep_only(db: Session, kind: str, slugs: Collection[str]) -> int:
    """Forget the words of a kind that are not named, and tell how many; what was imported from elsewhere stays."""
    rows = db.scalars(select(Row).where(Row.kind == kind, Row.slug.not_in(slugs)))
    gone = [row for row in rows if not row.document.get("source")]
    for row in gone:
        db.delete(row)
    if gone:
        db.flush()
        raise_content_revision(db)
    return len(gone)


def digest(content: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a document, as hexadecimal digits; the order of fields counts for nothing."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _fill(row: Row, document: Word, position: int, home: str) -> bool:
    """Write a word into its row, and tell whether that changed anything."""
    content = document.model_dump(mode="json", exclude_defaults=True)
    values = {"sha256": digest(content), "position": position, "body_part": home}
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in {**values, "name": document.name[:200], "document": content}.items():
        setattr(row, name, value)
    return True


def _home(document: Word, homes: Mapping[str, str]) -> str:
    """Name the place on the body that a word belongs to; an exercise to that of its first known muscle."""
    if isinstance(document, Muscle | Point):
        return document.body_part
    if isinstance(document, LibraryExercise):
        return next((homes[one] for one in document.exercise.muscles if one in homes), "")
    return ""


def _homes(db: Session) -> dict[str, str]:
    rows = db.execute(select(Row.slug, Row.body_part).where(Row.kind == "muscle"))
    return {row.slug: row.body_part for row in rows}


def _next_position(db: Session, kind: str) -> int:
    last = db.scalar(select(func.max(Row.position)).where(Row.kind == kind))
    return 0 if last is None else last + 1


def _with_parts(db: Session, slug: str) -> set[str]:
    """Name a place with all places below it."""
    pairs = db.execute(select(BodyPart.slug, BodyPart.parent_slug)).all()
    found, edge = {slug}, {slug}
    while edge:
        edge = {name for name, parent in pairs if parent in edge} - found
        found |= edge
    return found
