"""The words that people agree to, and the ledger of what they agreed to."""

import hashlib
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront import database
from storefront.newsletter import addresses, chain
from storefront.newsletter.models import ConsentEvent, NewsletterList, SignupRequest, Subscriber
from storefront.settings import Settings

AFTER = "We send one mail to confirm; each letter has a link to leave."
NEWSLETTER = f"One letter every two weeks: a routine and what is new. {AFTER}"
ADDRESS_ONLY = "We send one mail to check that the address is yours, and nothing after it."
LEAVE = "Stop the newsletter."
COME_BACK = "Keep me on the list."
CHOICES = "Send me these letters, about these topics, and no others."
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Evidence:
    """Whose choice it was, which exact words they saw, where, and which lists it was about."""

    email: str
    text: str
    form: str
    locale: str
    policy_version: str
    lists: tuple[str, ...] = ()
    message_id: str = ""  # of the letter that was answered

    def about(self, lists: Collection[str]) -> "Evidence":
        """Give the same evidence for these lists."""
        return replace(self, lists=tuple(sorted(lists)))


def words_of(chosen: Sequence[NewsletterList]) -> str:
    """Give the words that stood beside the newsletters that were ticked."""
    return " ".join([*(f"{one.name}: {one.about}" for one in chosen), AFTER])


def of_request(request: SignupRequest) -> Evidence:
    """Give the evidence that a sign-up carries."""
    return Evidence(
        request.email, request.consent_text, request.form, request.locale,
        request.policy_version, tuple(filter(None, request.list_slugs.split(","))),
    )  # fmt: skip


def of_reader(
    reader: Subscriber, words: str, settings: Settings, form: str = "leave"
) -> Evidence:
    """Give the evidence of a button on a page that a reader's link opens."""
    return Evidence(reader.email, words, form, reader.locale, settings.policy_version)


def by_us(email: str, words: str, form: str, settings: Settings) -> Evidence:
    """Give the evidence of something that the shop did, in words that say why."""
    return Evidence(email, words, form, settings.locale, settings.policy_version)


def record(
    db: Session, event: str, shown: Evidence, client: str, settings: Settings, now: datetime
) -> None:
    """Add one line to the ledger; it joins the chain as the transaction ends, and never changes.

    Raises:
        RuntimeError: no transaction is running.
    """
    database.before_commit(db, chain.Seal(settings))
    db.add(ConsentEvent(**_line(event, shown, kept_client(client, settings), settings, now)))


def record_many(
    db: Session, event: str, shown: Sequence[Evidence], settings: Settings, now: datetime
) -> None:
    """Add many lines of the same kind, sealed and written together as the transaction ends.

    Raises:
        RuntimeError: no transaction is running.
    """
    lines = [_line(event, one, "", settings, now) for one in shown]
    if lines:
        database.before_commit(db, partial(chain.append, lines=lines))


def _line(
    event: str, shown: Evidence, client: str, settings: Settings, now: datetime
) -> dict[str, Any]:
    return {
        "email": shown.email, "person": addresses.person(shown.email, settings), "event": event, "at": now,
        "form": shown.form, "text": shown.text,
        "text_sha256": hashlib.sha256(shown.text.encode()).hexdigest(), "locale": shown.locale,
        "policy_version": shown.policy_version, "client": client,
        "client_mark": addresses.client_mark(client, settings), "lists": ",".join(shown.lists),
        "message_id": shown.message_id,
    }  # fmt: skip


def of_person(db: Session, email: str, settings: Settings) -> Sequence[ConsentEvent]:
    """List the lines of an address, oldest first; after it was erased by its keyed hash."""
    theirs = ConsentEvent.person.in_(addresses.persons(email, settings))
    whose = theirs | (ConsentEvent.email == email)
    return db.scalars(select(ConsentEvent).where(whose).order_by(ConsentEvent.id)).all()


def verify(db: Session, settings: Settings) -> list[str]:
    """List what is wrong with the chain, the first broken line first; nothing when it is whole."""
    return list(islice(chain.problems(db, settings), MOST_PROBLEMS))


def forget(db: Session, email: str, settings: Settings) -> int:
    """Empty what names a person in the ledger; the lines, their hashes and the chain stay."""
    loose = select(ConsentEvent).where(ConsentEvent.email == email, ConsentEvent.line.is_(None))
    for event in db.scalars(loose):
        chain.mark(event, settings)
    db.flush()
    theirs = update(ConsentEvent).where(ConsentEvent.email == email)
    return int(getattr(db.execute(theirs.values(email="", client="")), "rowcount", 0))


def kept_client(client: str, settings: Settings) -> str:
    """Give as much of the client's address on the net as the settings let us keep."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return ""
    if settings.consent_address == "off":
        return ""
    if settings.consent_address == "full":
        return str(address)
    kept_bits = 24 if address.version == 4 else 48
    network = ipaddress.ip_network(f"{address}/{kept_bits}", strict=False)
    return str(network.network_address)
