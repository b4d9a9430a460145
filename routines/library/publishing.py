"""Publishing: a frozen revision, the card, and what an entry is found by, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from routines.library import facets, timeline, tools
from routines.library.documents import Article, BodyPart, Programme, Published, Routine
from routines.library.models import BodyPart as BodyPartRow
from routines.library.models import Entry, Facet, Need, Revision
from routines.library.rules.problems import NOTHING, Known, Lack, problems
from routines.library.vocabulary import digest
from storefront.public import NotFound, ShopError, clock, raise_content_revision


class NotReady(ShopError):
    """Raised when a document has problems; nothing has been published."""

    title = "This is not ready to be published"

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(" ".join(map(str, lacks)))
        self.lacks = lacks


def publish(
    db: Session, kind: str, slug: str, document: Published, *, position: int | None = None,
    now: datetime | None = None, known: Known = NOTHING, pictures: Mapping[str, str] | None = None,
    is_checked: bool = False,
) -> bool:  # fmt: skip
    """Publish a document and tell whether anything changed.

    Args:
        db: the session of the running transaction.
        kind: routine, programme or article.
        slug: its address.
        document: what readers see from now on.
        position: its place in lists; else where it is, and a new one before all others.
        now: the moment of publication; else this one.
        known: names that it may point at, see `problems`.
        pictures: alternative texts by picture name, see `problems`.
        is_checked: the caller has asked `problems` already.

    Raises:
        NotReady: something keeps it from being published.
    """
    lacks = [] if is_checked else problems(document, pictures, known)
    if lacks:
        raise NotReady(lacks)
    content = document.model_dump(mode="json", exclude_defaults=True)
    entry = _entry(db, kind, slug)
    if entry is not None and _digest(db, entry) == digest(content):
        return _move(db, entry, position)
    if entry is None:
        entry = Entry(kind=kind, slug=slug, revision_number=0, position=position or 0)
        db.add(entry)
    _fill(db, entry, document, position, now or clock.now())
    revision = Revision(
        entry_id=entry.id, number=entry.revision_number, document=content, sha256=digest(content),
        created_at=entry.published_at,
    )  # fmt: skip
    db.add(revision)
    db.flush()
    raise_content_revision(db)
    return True


def retire(db: Session, kind: str, slug: str) -> None:
    """Take an entry from every list; its revisions stay for those who were pointed at one.

    Raises:
        NotFound: nothing is published there.
    """
    entry = _entry(db, kind, slug)
    if entry is None or not entry.revision_number:
        raise NotFound
    entry.revision_number = 0  # no revision is the published one
    for table in (Facet, Need):
        db.execute(delete(table).where(table.entry_id == entry.id))
    db.flush()
    raise_content_revision(db)


def publish_body_parts(db: Session, parts: Iterable[BodyPart]) -> bool:
    """Store the places on the body and tell whether anything changed; a parent may come later."""
    changed = False
    for position, part in _parents_first(list(parts)):
        row = db.get(BodyPartRow, part.slug) or BodyPartRow(slug=part.slug)
        values = {
            "name": part.name, "parent_slug": part.parent, "plain_words": list(part.plain_words),
            "picture": part.picture or "", "is_area": part.area, "position": position,
            "spots": [spot.model_dump(mode="json") for spot in part.spots],
        }  # fmt: skip
        if any(getattr(row, name) != value for name, value in values.items()):
            changed = True
            for name, value in values.items():
                setattr(row, name, value)
            db.add(row)
            db.flush()
    if changed:
        raise_content_revision(db)
    return changed


def _parents_first(parts: list[BodyPart]) -> Iterator[tuple[int, BodyPart]]:
    """Give each place with its position, after the place that it is part of."""
    places = {part.slug: (position, part) for position, part in enumerate(parts)}
    told: set[str] = set()
    for part in parts:
        way: list[str] = []
        slug: str | None = part.slug
        while slug in places and slug not in told and slug not in way:
            way.append(slug)
            slug = places[slug][1].parent
        told.update(way)
        yield from (places[name] for name in reversed(way))


def card(document: Published) -> dict[str, Any]:
    """Make what lists show of a document."""
    made: dict[str, Any] = {"summary": document.summary, "picture": document.picture}
    if isinstance(document, Routine):
        made |= _routine_card(document)
    elif isinstance(document, Programme):
        weeks = sum(phase.weeks for phase in document.phases)
        made |= {"level": document.level, "body_parts": list(document.body_parts),
                 "phases": len(document.phases), "weeks": weeks}  # fmt: skip
    elif isinstance(document, Article):
        made |= {"kind": document.kind, "takeaway": document.takeaway or ""}
    return made


def _routine_card(routine: Routine) -> dict[str, Any]:
    segments = timeline.expand(routine)
    steps = [step for part in routine.sections for step in part.steps]
    return {
        "minutes": timeline.minutes(segments),
        "open_end": timeline.has_open_end(segments),
        "seconds": timeline.total_seconds(segments),
        "steps": len(steps),
        "level": routine.level,
        "goal": routine.goal,
        "actions": list(dict.fromkeys(step.exercise.action for step in steps)),
        "body_parts": list(routine.body_parts),
        "tools": [
            {"component": need.component, "role": need.role} for need in tools.needs(routine)
        ],
        "household": [need.household for need in tools.household_things(routine)
                      if need.role == "required"],
        "cramp_now": routine.cramp_now,
    }  # fmt: skip


def _entry(db: Session, kind: str, slug: str) -> Entry | None:
    return db.scalar(select(Entry).where(Entry.kind == kind, Entry.slug == slug))


def _digest(db: Session, entry: Entry) -> str | None:
    return db.scalar(
        select(Revision.sha256).where(
            Revision.entry_id == entry.id, Revision.number == entry.revision_number
        )
    )


def _move(db: Session, entry: Entry, position: int | None) -> bool:
    if position is None or entry.position == position:
        return False
    entry.position = position
    raise_content_revision(db)
    return True


def _fill(
    db: Session, entry: Entry, document: Published, position: int | None, now: datetime
) -> None:
    """Set what lists and filters read."""
    made = card(document)
    entry.title = document.title
    entry.card = made
    entry.minutes = made.get("minutes")
    entry.position = entry.position if position is None else position
    entry.published_at = now
    entry.revision_number = 1 + _last_number(db, entry)
    db.flush()
    for table in (Facet, Need):
        db.execute(delete(table).where(table.entry_id == entry.id))
    db.add_all(Facet(entry_id=entry.id, name=name, value=value) for name, value in _facets(db, document, made))  # fmt: skip
    if isinstance(document, Routine):
        db.add_all(_need(entry, need) for need in tools.needs(document))


def _last_number(db: Session, entry: Entry) -> int:
    """Give the highest number of a revision; a retired entry counts on from it."""
    if entry.id is None:
        return 0
    query = select(func.max(Revision.number)).where(Revision.entry_id == entry.id)
    return db.scalar(query) or 0


def _need(entry: Entry, need: tools.Need) -> Need:
    stand_ins = [one.model_dump(mode="json", exclude_defaults=True) for one in need.stand_ins]
    return Need(
        entry_id=entry.id, component=need.component, role=need.role, stand_ins=stand_ins
    )


def _facets(db: Session, document: Published, made: dict[str, Any]) -> set[tuple[str, str]]:
    found = {("body_part", slug) for slug in with_parents(db, made.get("body_parts", ()))}
    found |= {(name, made[name]) for name in ("level", "goal", "kind") if name in made}
    found |= {("action", action) for action in made.get("actions", ())}
    people = {"author": document.author.slug, "reviewer": document.review.by.slug}
    found |= {(role, slug) for role, slug in people.items() if slug}
    if isinstance(document, Article):
        found |= {("condition", slug) for slug in document.conditions}
    if isinstance(document, Routine):
        found |= {("condition", slug) for slug in document.conditions}
        steps = (step for part in document.sections for step in part.steps)
        found |= {("point", slug) for step in steps for slug in step.points}
        wanted = (need for need in tools.needs(document) if need.role == "required")
        found |= {("tool", need.component) for need in wanted}
        length = facets.band(made["minutes"])
        found |= {("minutes", length)} if length else set()
    return found


def with_parents(db: Session, slugs: Iterable[str]) -> set[str]:
    """Name places on the body together with all that they are part of."""
    parents = dict(db.execute(select(BodyPartRow.slug, BodyPartRow.parent_slug)).all())
    found: set[str] = set()
    for slug in slugs:
        place: str | None = slug
        while place and place not in found:
            found.add(place)
            place = parents.get(place)
    return found
