"""A letter of a series when it leaves: who is still to get it, and what of the library stands in it."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.answers import NewsletterBlock, NewsletterItem, ReaderFacts
from storefront.issues import facts, links
from storefront.issues.models import SeriesLetter
from storefront.issues.office import Office
from storefront.issues.proposals import thing
from storefront.mail import Transport
from storefront.newsletter import outgoing, subscriptions
from storefront.newsletter.models import NewsletterList, Subscriber

LETTER = "newsletter_series"
MOST_ASKED = 5  # routines that are looked at for one to begin with
MOST_SHOWN = 3
AT_HAND = ("ready", "stand-in")


def send(asked: dict[str, Any], transport: Transport) -> None:
    """Compose a letter and hand it over; nothing goes to whoever left, pauses or was erased."""
    office = links.office()
    with database.transaction() as db:
        letter = compose(db, asked, office)
    if letter is not None:
        outgoing.send(transport, current_app.jinja_env, office.settings, letter)


def compose(db: Session, asked: dict[str, Any], office: Office) -> dict[str, Any] | None:
    """Write what the outbox's letters are made of; None when it is not to be sent any more."""
    letter, now = db.get(SeriesLetter, asked["letter"]), clock.now()
    if letter is None or not letter.is_on:
        return None
    readers = select(Subscriber).where(Subscriber.id == asked["reader"])
    still = readers.where(Subscriber.id.in_(subscriptions.readers_of(letter.list_slug, now)))
    reader = db.scalar(still)
    if reader is None:
        return None
    known = facts.of_readers(db, [reader.email], now, office.settings)[reader.email]
    leave_url = office.leave_url(reader.email, letter.list_slug)
    context = {
        "subject": letter.subject, "intro": letter.intro, "leave_url": leave_url,
        "preferences_url": office.preferences_url(reader.email),
        "list_name": db.get_one(NewsletterList, letter.list_slug).name,
        "blocks": [_shown(one, office) for one in blocks(db, letter, reader.email, known, office)],
    }  # fmt: skip
    return {
        "letter": LETTER, "to": reader.email, "key": asked["key"], "context": context, "leave_url": leave_url,
    }  # fmt: skip


def blocks(
    db: Session, letter: SeriesLetter, email: str, known: ReaderFacts, office: Office
) -> list[NewsletterBlock]:
    """Choose what a letter shows, as the gate shows it to this reader; who has no tools is told where to begin."""
    if letter.shows == "words":
        return []
    items = [one for one in office.hooks.newsletter_items(db, None) if one.kind == "routine"]
    fitting = _fitting(items, known) if letter.shows == "tools" else []
    if fitting:
        return _asked(db, fitting, known, office)
    wanted = _to_begin(items, letter.reference, {*subscriptions.topics(db, email)})
    shown = _asked(db, wanted[:MOST_ASKED], known, office)
    return sorted(shown, key=lambda one: not one.state.startswith(AT_HAND))[:1]


def _to_begin(
    items: Sequence[NewsletterItem], default: str, topics: set[str]
) -> list[NewsletterItem]:
    """Give routines for what a reader cares about, those made for it first; else the one that is named."""
    for_them = [one for one in items if topics & {*one.topics}]
    named = [one for one in items if thing(one.reference) == default]
    for_them.sort(key=lambda one: (one.topics[0] not in topics, len(one.components)))
    return for_them or named or list(items)


def _fitting(items: Sequence[NewsletterItem], known: ReaderFacts) -> list[NewsletterItem]:
    """Give what a reader has every tool for, what uses most of them first."""
    fits = [one for one in items if one.components <= known.owned]
    return sorted(fits, key=lambda one: -len(one.components))[:MOST_SHOWN]


def _asked(
    db: Session, items: Sequence[NewsletterItem], known: ReaderFacts, office: Office
) -> list[NewsletterBlock]:
    references = [one.reference for one in items]
    found = office.hooks.newsletter_blocks(db, references, [known])[known]
    return [found[name] for name in references if name in found]


def _shown(block: NewsletterBlock, office: Office) -> dict[str, Any]:
    """Write a block as the templates take it: addresses absolute, nothing but JSON."""
    return {
        "title": block.title, "text": block.text, "url": office.absolute(block.url), "notes": list(block.notes),
        "links": [
            {"label": link.label, "url": office.absolute(link.url), "is_main": link.is_main}
            for link in block.links
        ],
    }  # fmt: skip
