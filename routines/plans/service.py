"""Make, open, end and forget plans."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from routines.library import service as library
from routines.library.documents import Routine
from routines.library.service import Found
from routines.plans.doses import Item, PlanDocument, applied
from routines.plans.models import Plan
from storefront.public import Invalid, LinkExpired, NotFound

DAYS = (14, 30, 60, 90, 180)
KEEP = timedelta(days=30)
ENDED = "This plan has ended. Ask whoever gave it to you for a new one."


@dataclass(frozen=True)
class Planned:
    """A routine of a plan, at the doses of the plan."""

    number: int
    item: Item
    found: Found[Routine]
    routine: Routine


def make(
    db: Session, given_by: str, document: PlanDocument, *, days: int, now: datetime
) -> Plan:
    """Write a plan down.

    Raises:
        Invalid: it leaves no step of a routine, or does not end in time.
    """
    if days not in DAYS:
        raise Invalid(fields={"days": "Choose until when the plan is open."})
    for planned in routines(db, document):
        keys = {step.key for part in planned.found.document.sections for step in part.steps}
        if keys <= set(planned.item.left_out):
            message = f"Leave at least one step of {planned.routine.title} in."
            raise Invalid(fields={f"keep-{planned.item.routine}": message})
    plan = Plan(
        given_by=given_by, document=document.model_dump(mode="json", exclude_defaults=True),
        created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    db.add(plan)
    db.flush()
    return plan


def find(db: Session, plan_id: int | None) -> Plan:
    """Find a plan, ended or not.

    Raises:
        NotFound: there is none.
    """
    plan = db.get(Plan, plan_id) if plan_id is not None else None
    if plan is None:
        raise NotFound
    return plan


def open_plan(db: Session, plan_id: int | None, now: datetime) -> Plan:
    """Find a plan that may be read.

    Raises:
        LinkExpired: it has ended, was taken back, or is forgotten.
    """
    plan = db.get(Plan, plan_id) if plan_id is not None else None
    if plan is None or plan.revoked_at or plan.expires_at <= now:
        raise LinkExpired(ENDED)
    return plan


def revoke(db: Session, plan_id: int, now: datetime) -> Plan:
    """Take a plan back; a second time changes nothing.

    Raises:
        NotFound: there is none.
    """
    plan = find(db, plan_id)
    plan.revoked_at = plan.revoked_at or now
    return plan


def routines(db: Session, document: PlanDocument) -> list[Planned]:
    """Give the routines of a plan at the revisions that it was made of.

    Raises:
        NotFound: one of them was never published.
    """
    found = [library.find_routine(db, one.routine, revision=one.revision) for one in document.items]  # fmt: skip
    return [
        Planned(number, item, one, applied(one.document, item))
        for number, (item, one) in enumerate(zip(document.items, found, strict=True), 1)
    ]


def document_of(plan: Plan) -> PlanDocument:
    """Read what a plan says."""
    return PlanDocument.model_validate(plan.document)


def forget(db: Session, now: datetime) -> int:
    """Delete plans that ended a month ago, and tell how many."""
    old = or_(Plan.expires_at < now - KEEP, Plan.revoked_at < now - KEEP)
    return int(getattr(db.execute(delete(Plan).where(old)), "rowcount", 0))
