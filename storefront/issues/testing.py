"""A letter of an issue to whoever composes it: marked as a test, and sent by the outbox like any other."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storefront import clock, database, outbox, tokens
from storefront.answers import ReaderFacts
from storefront.issues import links
from storefront.issues.edition import Edition
from storefront.issues.letter import Envelope
from storefront.issues.models import Issue
from storefront.mail import Transport

KIND = "issue_test"
MARK = "[Test] "


def ask(db: Session, issue: Issue, to: str, facts: ReaderFacts) -> None:
    """Put a test letter in the outbox, as readers of one kind would get it."""
    payload = {
        "issue": issue.id, "to": to, "owned": sorted(facts.owned), "is_member": facts.is_member, "reads": facts.reads,
        "key": tokens.key(),
    }  # fmt: skip
    outbox.put(db, KIND, f"{issue.id}:{payload['key']}", payload)


def send(asked: dict[str, Any], transport: Transport) -> None:
    """Write the letter and hand it over."""
    facts = ReaderFacts(frozenset(asked["owned"]), asked["is_member"], asked["reads"])
    transport.deliver(
        message(
            database.session(), asked["issue"], asked["to"], facts, asked["key"], clock.now()
        )
    )


def message(
    db: Session, issue_id: int, to: str, facts: ReaderFacts, key: str, now: datetime
) -> Any:
    """Compose a test letter: it cannot be mistaken for the real one."""
    edition = Edition.of(db, issue_id, links.office())
    (variant,) = edition.variants.of(db, [facts]).values()
    envelope = Envelope(edition.frozen, edition.office.settings, now)
    made = envelope.message(0, to, edition.rendered(variant), edition.links(to))
    subject = f"{MARK}{made['Subject']}"
    for name in ("Subject", "Message-ID"):
        del made[name]
    made["Subject"] = subject
    made["Message-ID"] = f"<test-{tokens.fingerprint(key)[:24]}@{envelope.domain}>"
    return made
