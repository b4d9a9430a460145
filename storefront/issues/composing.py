"""Make an issue and change it while it is a draft; whoever comes second finds it made."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.errors import Invalid, NotFound
from storefront.inserts import insert_once
from storefront.issues import proposals, states
from storefront.issues.audience import rule_of
from storefront.issues.models import SLOTS, Issue, IssueSlot
from storefront.issues.office import Office
from storefront.newsletter.models import NewsletterList

MOST_SLOTS = 20
LONGEST = {"subject": 200, "preheader": 200, "intro": 10_000, "heading": 200, "text": 10_000}
NOT_A_DRAFT = "This issue is no draft any more: what it says is frozen."


def period_of(moment: datetime, cadence_days: int) -> str:
    """Name the period that a moment lies in by the week in which it began: each moment has one."""
    day = moment.date().toordinal() - 1  # the first day of all was a Monday
    began = date.fromordinal(day - day % cadence_days + 1)
    return began.strftime("%G-W%V") if cadence_days % 7 == 0 else began.isoformat()


def compose(
    db: Session, list_slug: str, office: Office, now: datetime, *, who: str,
    since: datetime | None = None,
) -> Issue:  # fmt: skip
    """Make the issue of a newsletter for this period, filled with what was not mailed before.

    The same press or cron twice makes one: the second is given the first one's.

    Raises:
        NotFound: there is no such newsletter.
    """
    newsletter = db.get(NewsletterList, list_slug)
    if newsletter is None:
        raise NotFound("There is no such newsletter.")
    period = period_of(now, newsletter.cadence_days)
    is_new = insert_once(
        db, Issue, list_slug=list_slug, period=period, slug=f"{list_slug}-{period}".lower(), made_by=who,
        created_at=now, state="draft", subject="", preheader="", intro="", is_archived=True, is_indexed=True,
        pause_reason="",
    )  # fmt: skip
    wanted = select(Issue).where(Issue.list_slug == list_slug, Issue.period == period)
    issue = db.scalars(wanted.with_for_update()).one()
    if is_new:
        found = proposals.items(db, list_slug, office, since)
        for kind, item in proposals.chosen(found):
            add(db, issue, kind, item.reference)
    return issue


def find(db: Session, issue_id: int, *, to_change: bool = False) -> Issue:
    """Find an issue; to change it, hold it and ask that it is a draft.

    Raises:
        NotFound: there is none of that number.
        Invalid: it is to be changed, and is no draft.
    """
    issue = db.get(Issue, issue_id, with_for_update=to_change, populate_existing=to_change)
    if issue is None:
        raise NotFound
    if to_change and issue.state != "draft":
        raise Invalid(NOT_A_DRAFT)
    return issue


def change(
    db: Session, issue: Issue, *, subject: str, preheader: str, intro: str, segment: str | None,
    is_archived: bool, is_indexed: bool,
) -> None:  # fmt: skip
    """Change what stands above the slots, and whom it goes to.

    Raises:
        Invalid: a line has a line break, or something is too long.
        NotFound: there is no such segment.
    """
    fields = {"subject": subject, "preheader": preheader, "intro": intro}
    check_words(fields)
    rule_of(db, segment)
    for name, value in fields.items():
        setattr(issue, name, value.strip())
    issue.segment_slug, issue.is_archived, issue.is_indexed = segment, is_archived, is_indexed


def check_words(fields: dict[str, str]) -> None:
    """Refuse lines with line breaks, and what is too long.

    Raises:
        Invalid: with a sentence for each field.
    """
    wrong = {
        name: f"At most {LONGEST[name]} characters."
        for name, value in fields.items()
        if len(value) > LONGEST[name]
    }
    for name in ("subject", "preheader", "heading"):
        if not fields.get(name, "").isprintable():
            wrong[name] = "One line, without line breaks or control characters."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


def add(db: Session, issue: Issue, kind: str, reference: str = "") -> IssueSlot:
    """Add a slot at the end.

    Raises:
        Invalid: the kind is none, there are too many, or it holds that thing already.
    """
    if kind not in SLOTS or len(reference) > 120:
        raise Invalid("There is no such slot.")
    if len(issue.slots) >= MOST_SLOTS:
        message = f"An issue has at most {MOST_SLOTS} slots."
        raise Invalid(message)
    things = {proposals.thing(one.reference) for one in issue.slots if one.reference}
    if reference and proposals.thing(reference) in things:
        raise Invalid("This issue has that already.")
    last = max((one.position for one in issue.slots), default=0)
    slot = IssueSlot(position=last + 1, kind=kind, reference=reference)
    issue.slots.append(slot)
    db.flush()
    return slot


def slot_of(issue: Issue, slot_id: int) -> IssueSlot:
    """Find a slot of an issue.

    Raises:
        NotFound: it has none of that number.
    """
    found = next((one for one in issue.slots if one.id == slot_id), None)
    if found is None:
        raise NotFound("This slot is gone.")
    return found


def write(issue: Issue, slot_id: int, *, heading: str, text: str) -> None:
    """Give a slot words of its own.

    Raises:
        NotFound: it has none of that number.
        Invalid: the heading has a line break, or something is too long.
    """
    slot = slot_of(issue, slot_id)
    check_words({"heading": heading, "text": text})
    slot.heading, slot.text = heading.strip(), text.strip()


def remove(db: Session, issue: Issue, slot_id: int) -> None:
    """Take a slot out.

    Raises:
        NotFound: it has none of that number.
    """
    issue.slots.remove(slot_of(issue, slot_id))
    db.flush()


def shift(db: Session, issue: Issue, slot_id: int, *, up: bool) -> None:
    """Move a slot one place up or down; at the end nothing happens.

    Raises:
        NotFound: it has none of that number.
    """
    order = list(issue.slots)
    place = order.index(slot_of(issue, slot_id))
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        _number(db, issue, order)


def cancel(issue: Issue) -> None:
    """Give an issue up before anything of it was sent.

    Raises:
        Invalid: it is being sent, or was.
    """
    if issue.state not in ("draft", "scheduled"):
        raise Invalid("This issue is being sent, or was; it cannot be cancelled here.")
    states.move(issue, "cancelled")


def _number(db: Session, issue: Issue, order: Sequence[IssueSlot]) -> None:
    """Number slots anew, in two steps, since two may never have one number."""
    for base in (len(order) + max(one.position for one in order) + 1, 1):
        for n, slot in enumerate(order):
            slot.position = base + n
        db.flush()
    db.refresh(issue, ["slots"])
