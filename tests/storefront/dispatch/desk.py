"""An issue with readers, an edition that writes plain letters, and a mail server in memory."""

from email import policy
from email.message import EmailMessage

from sqlalchemy import select

from storefront import clock, database
from storefront.dispatch import service
from storefront.dispatch.models import Delivery
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.runner import Bureau
from storefront.issues.edition import Letter
from storefront.issues.models import Issue
from storefront.newsletter.models import NewsletterList, Subscriber, Subscription

LIST = "letters"


def make_issue(
    db, readers=3, *, state="scheduled", domains=("example.org",), **fields
) -> Issue:
    """Make an issue of a list with so many readers at these domains in turn."""
    now = clock.now()
    if db.get(NewsletterList, LIST) is None:
        db.add(NewsletterList(slug=LIST, name="Letters"))
        db.flush()
    for number in range(readers):
        email = f"reader{number}@{domains[number % len(domains)]}"
        reader = Subscriber(email=email, locale="en", confirmed_at=now)
        db.add(reader)
        db.flush()
        db.add(Subscription(subscriber_id=reader.id, list_slug=LIST, confirmed_at=now))
    name = f"issue-{state}-{now.timestamp()}"
    issue = Issue(
        list_slug=LIST, period=fields.pop("period", name[-20:]), slug=name, subject="News",
        state=state, created_at=now, send_at=fields.pop("send_at", now), **fields,
    )  # fmt: skip
    db.add(issue)
    db.flush()
    return issue


def prepared(db, readers=3, **fields) -> int:
    """Make an issue that is being sent, and give its number."""
    with database.transaction() as write:
        issue = make_issue(write, readers, **fields)
        service.prepare(write, issue.id, clock.now())
        return issue.id


def rows(db, issue_id) -> list[Delivery]:
    """Give the rows as they are in the database now."""
    db.rollback()
    mine = select(Delivery).where(Delivery.issue_id == issue_id).order_by(Delivery.id)
    return db.scalars(mine.execution_options(populate_existing=True)).all()


def states(db, issue_id) -> list[str]:
    return [row.state for row in rows(db, issue_id)]


class Plain:
    """An edition that needs nothing."""

    def letters(self, db, readers):
        del db
        for reader in readers:
            message = EmailMessage()
            message["Subject"], message["To"] = "News", reader.email
            message["From"] = "hello@pressline.example"
            message.set_content("Good morning.")
            yield Letter(reader.id, "all", message.as_bytes(policy=policy.SMTP))


class Post:
    """A mail server in memory: `answers` maps an address to what becomes of its letter."""

    def __init__(self, answers=None) -> None:
        self.answers = answers or {}
        self.taken: list[str] = []

    def hand_over(self, to, letter, begins):
        answer = self.answers.get(to, Outcome("accepted", 250))
        if isinstance(answer, Exception):
            raise answer
        if not begins():
            return Outcome("queued")
        if answer.state in ("accepted", "unknown"):
            self.taken.append(to)
        return answer

    def close(self):
        pass


def bureau(app, post, edition=None, **settings) -> Bureau:
    """Give what a runner needs: one connection, unless told."""
    wanted = app.extensions["storefront"].settings.model_copy(
        update={"newsletter_connections": 1} | settings
    )
    made = edition or Plain()
    return Bureau(wanted, app.app_context, lambda _db, _issue: made, lambda: post)
