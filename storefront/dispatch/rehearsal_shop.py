"""The throw-away shop of a rehearsal: so many readers, and an issue made of what the demo has."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from storefront.issues import frozen
from storefront.issues.models import Issue, IssueSlot
from storefront.issues.office import Office
from storefront.newsletter.models import NewsletterList, Subscriber, Subscription
from storefront.ownership.models import Owned

CHUNK = 5000
LIST = "rehearsal"
BIG = ("big-one.example", "big-two.example")
TOOL = "mini-foam-roller"  # every third reader owns one, so that there are variants
KINDS = (("routine", 2), ("article", 1), ("product", 1))


def address(number: int) -> str:
    """Give the address of a reader; two domains have most of them."""
    place = number % 10
    domain = BIG[0] if place < 5 else BIG[1] if place < 7 else f"small{number % 211}.example"
    return f"reader{number}@{domain}"


def fill(db: Session, readers: int, office: Office, now: datetime) -> int:
    """Write readers and a scheduled issue; give its number."""
    db.add(NewsletterList(slug=LIST, name="Rehearsal", is_offered=False))
    db.flush()
    first = (db.scalar(select(func.max(Subscriber.id))) or 0) + 1
    for numbers in _chunks(readers):
        ids = {number: first + number for number in numbers}
        db.execute(insert(Subscriber), [
            {"id": ids[number], "email": address(number), "locale": "en_IE", "confirmed_at": now}
            for number in numbers
        ])  # fmt: skip
        db.execute(insert(Subscription), [
            {"subscriber_id": ids[number], "list_slug": LIST, "confirmed_at": now}
            for number in numbers
        ])  # fmt: skip
        db.execute(insert(Owned), [
            {"email": address(number), "component": TOOL, "source": "order", "reference": number, "since": now}
            for number in numbers if number % 3 == 0
        ])  # fmt: skip
    return _issue(db, office, now)


def _chunks(readers: int) -> Iterator[range]:
    for start in range(0, readers, CHUNK):
        yield range(start, min(start + CHUNK, readers))


def _issue(db: Session, office: Office, now: datetime) -> int:
    found = office.hooks.newsletter_items(db, None)
    chosen = [
        one
        for kind, most in KINDS
        for one in [each for each in found if each.reference.startswith(f"{kind}:")][:most]
    ]
    slots = [
        IssueSlot(position=place, kind=one.reference.partition(":")[0], reference=one.reference)
        for place, one in enumerate(chosen)
    ]
    issue = Issue(
        list_slug=LIST, period="rehearsal", slug="rehearsal", subject="A rehearsal", intro="Nobody reads this.",
        state="scheduled", send_at=now, created_at=now, is_archived=False, slots=slots,
    )  # fmt: skip
    db.add(issue)
    db.flush()
    issue.frozen = frozen.freeze(db, issue, office, now).model_dump(mode="json")
    return issue.id
