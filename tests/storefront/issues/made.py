"""Makers of readers and issues that name only what matters."""

from storefront import clock
from storefront.issues.models import Issue, IssueSlot
from storefront.newsletter.models import NewsletterList, Subscriber, Subscription

WEEKLY = "letter"


def make_list(db, slug: str = WEEKLY, **fields) -> NewsletterList:
    found = db.get(NewsletterList, slug)
    if found is None:
        found = NewsletterList(slug=slug, name=fields.pop("name", "The letter"), **fields)
        db.add(found)
        db.flush()
    return found


def make_reader(
    db, email: str = "ana@example.org", list_slug: str = WEEKLY, **fields
) -> Subscriber:
    """Make a confirmed reader of one list; `joined` says since when."""
    make_list(db, list_slug)
    joined = fields.pop("joined", clock.now())
    reader = Subscriber(email=email, **({"locale": "en_IE", "confirmed_at": joined} | fields))
    db.add(reader)
    db.flush()
    state = "left" if reader.state == "left" else "confirmed"
    db.add(
        Subscription(
            subscriber_id=reader.id, list_slug=list_slug, state=state, confirmed_at=joined
        )
    )
    db.flush()
    return reader


def make_issue(db, *slots: dict, **fields) -> Issue:
    """Make a draft with these slots."""
    make_list(db, fields.get("list_slug", WEEKLY))
    values = {
        "list_slug": WEEKLY, "period": "2026-W46", "slug": "2026-w46", "subject": "A calmer calf",
        "intro": "Hello.", "created_at": clock.now(),
    }  # fmt: skip
    issue = Issue(**(values | fields))
    issue.slots = [
        IssueSlot(position=n, **({"kind": "routine"} | one)) for n, one in enumerate(slots)
    ]
    db.add(issue)
    db.flush()
    return issue
