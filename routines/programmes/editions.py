"""Which edition a reader follows: the programme and its routines as they were when they began."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import publishing
from routines.library import service as library
from routines.library.documents import Programme, Routine
from routines.library.models import Entry, Revision
from routines.library.service import Card
from routines.programmes.models import Enrolment


def newest(db: Session, slug: str) -> tuple[int, int, dict[str, Any]]:
    """Give the entry, the revision and the revisions of the routines that are published now.

    Raises:
        NotFound: there is no such programme.
    """
    found = library.find_programme(db, slug)
    inside = {routine for phase in found.document.phases for routine in phase.routines}
    wanted = select(Entry.slug, Entry.revision_number).where(
        Entry.kind == "routine", Entry.slug.in_(inside)
    )
    return (
        found.id,
        found.revision,
        {row.slug: row.revision_number for row in db.execute(wanted)},
    )


def programme(db: Session, enrolment: Enrolment) -> Programme:
    """Give the programme as the reader began it."""
    content = select(Revision.document).where(
        Revision.entry_id == enrolment.entry_id, Revision.number == enrolment.revision
    )
    return Programme.model_validate(db.scalars(content).one())


def older_routines(db: Session, enrolment: Enrolment) -> list[Card]:
    """Make the cards of the pinned routines that are not what is published now."""
    pinned = enrolment.routine_revisions
    query = (
        select(Entry.id, Entry.slug, Revision.number, Revision.document)
        .join(Revision, Revision.entry_id == Entry.id)
        .where(Entry.kind == "routine", Entry.slug.in_(pinned), Revision.number != Entry.revision_number)
    )  # fmt: skip
    found = []
    for entry_id, slug, number, content in db.execute(query):
        if number == pinned[slug]:
            routine = Routine.model_validate(content)
            facts = publishing.card(routine)
            found.append(
                Card(entry_id, "routine", slug, routine.title, facts["minutes"], facts)
            )
    return found
