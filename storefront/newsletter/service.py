"""Sign up, confirm, leave.

Nobody is a subscriber before the address was confirmed, and who signs up learns nothing
about an address: new, known and suppressed ones are answered alike.
"""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storefront import database, events, tokens
from storefront.customers.service import canonical_email, mark_verified
from storefront.errors import Invalid, LinkExpired, TooMany
from storefront.newsletter import consent, letters, lists, suppression
from storefront.newsletter.addresses import mailbox
from storefront.newsletter.letters import Office
from storefront.newsletter.models import SignupRequest
from storefront.newsletter.subscriptions import (
    PAUSE_FOR,
    UNDO_FOR,
    choose_topics,
    come_back,
    is_confirmed,
    join,
    joined,
    leave,
    pause,
    readers_of,
    topics,
)
from storefront.newsletter.suppression import is_suppressed, release, suppress

__all__ = [
    "PAUSE_FOR", "UNDO_FOR", "again", "choose_topics", "come_back", "confirm", "confirm_by_code", "forget",
    "is_confirmed", "is_suppressed", "join", "joined", "leave", "lists", "pause", "readers_of", "release",
    "sign_up", "suppress", "topics", "waiting",
]  # fmt: skip

MOST_CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
FORGET_AFTER = timedelta(days=7)
MOST_TOPICS = 600  # characters
NO_TRIES = "Too many wrong codes. The link in the letter still works; or ask for a new letter."
USED_UP = "This link or code was used before, or it is too old. Ask for a new letter."


def sign_up(
    db: Session, email: str, *, form: str, consent_text: str, locale: str, next_url: str,
    client: str, now: datetime, office: Office, wants_newsletter: bool = True,
    list_slugs: Collection[str] = (), interests: Collection[str] = (),
) -> SignupRequest:  # fmt: skip
    """Remember the wish and write the letter that asks to confirm it.

    Without `wants_newsletter` only the address is to be proven: that is no consent. No list named
    means the default one. Every address costs the same work, whatever we know of it.

    Raises:
        Invalid: this cannot be a mail address, or a list is not offered.
        TooMany: the address has been sent as many letters as one day allows.
    """
    address, settings = canonical_email(email), office.settings
    wanted = lists.chosen(db, list_slugs) if wants_newsletter else []
    _take_turns(db, address)
    letters.check_limit(db, address, settings.limit_signup_address, now)
    request = SignupRequest(
        id=tokens.key(), email=address, mailbox=mailbox(address), next_url=next_url,
        wants_newsletter=wants_newsletter, list_slugs=",".join(wanted),
        topics=",".join(sorted({*interests}))[:MOST_TOPICS],
        form=form, locale=locale, consent_text=consent_text, letters=0,
        policy_version=settings.policy_version, sent_at=now, created_at=now,
        expires_at=now + timedelta(hours=settings.signup_link_hours),
    )  # fmt: skip
    letters.write_confirmation(db, request, office, now)
    db.add(request)
    if wants_newsletter:
        consent.record(db, "requested", consent.of_request(request), client, settings, now)
    return request


def forget(db: Session, now: datetime) -> int:
    """Forget every wish after a week, confirmed or not; tell how many."""
    old = delete(SignupRequest).where(SignupRequest.created_at < now - FORGET_AFTER)
    return int(getattr(db.execute(old), "rowcount", 0))


def again(db: Session, request_id: str, *, office: Office, now: datetime) -> SignupRequest:
    """Write the letter once more, with a new code.

    Raises:
        LinkExpired: nothing is waiting under this id.
        TooMany: the last letter has only just left, or the day's letters are used up.
    """
    request = _waiting_in_turn(db, request_id, now)
    if request is None or request.confirmed_at:
        raise LinkExpired(USED_UP)
    pause = request.sent_at + RESEND_AFTER - now
    if pause > timedelta(0):
        raise TooMany(int(pause.total_seconds()) + 1)
    letters.check_limit(db, request.email, office.settings.limit_signup_address, now)
    letters.write_confirmation(db, request, office, now)
    return request


def waiting(db: Session, request_id: str | None, now: datetime) -> SignupRequest | None:
    """Find what a device waits for, confirmed or not, as long as its link lives."""
    request = db.get(SignupRequest, request_id) if request_id else None
    return request if request and request.expires_at > now else None


def confirm(
    db: Session, request_id: str, *, client: str, office: Office, now: datetime
) -> SignupRequest:
    """Take a request as confirmed, once: the address is proven, and its wish comes true.

    Raises:
        LinkExpired: it was confirmed before, or it is too old.
    """
    _waiting_in_turn(db, request_id, now)
    once = update(SignupRequest).where(
        SignupRequest.id == request_id,
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.expires_at > now,
    )
    email = db.scalar(once.values(confirmed_at=now).returning(SignupRequest.email))
    if email is None:
        raise LinkExpired(USED_UP)
    request = db.get_one(SignupRequest, request_id, populate_existing=True)
    reads = request.wants_newsletter and _fulfil(db, request, client, office, now)
    mark_verified(db, email, now, by_newsletter=reads)
    return request


def confirm_by_code(
    db: Session, request_id: str, code: str, *, client: str, office: Office, now: datetime
) -> SignupRequest | None:
    """Confirm by the six digits of the letter; None for a wrong code, and the try is counted.

    Raises:
        LinkExpired: it was confirmed before, or is too old.
        Invalid: there are no tries left; the link of the letter still works.
    """
    _waiting_in_turn(db, request_id, now)
    one_try = update(SignupRequest).where(
        SignupRequest.id == request_id,
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.expires_at > now,
        SignupRequest.code_tries < MOST_CODE_TRIES,
    )
    counted = one_try.values(code_tries=SignupRequest.code_tries + 1)
    stored = db.scalar(counted.returning(SignupRequest.code_fingerprint))
    if stored is None:
        request = db.get(SignupRequest, request_id, populate_existing=True)
        if request is not None and request.confirmed_at is None and request.expires_at > now:
            raise Invalid(fields={"code": NO_TRIES})
        raise LinkExpired(USED_UP)
    if not hmac.compare_digest(stored, letters.code_fingerprint(request_id, code)):
        return None
    return confirm(db, request_id, client=client, office=office, now=now)


def _fulfil(
    db: Session, request: SignupRequest, client: str, office: Office, now: datetime
) -> bool:
    """Put the address on the lists it asked for; tell whether it reads now."""
    settings = office.settings
    if suppression.is_askable(db, request.email, settings):
        reasons = suppression.ASKED_AGAIN
        suppression.release(
            db, request.email, by="", now=now, settings=settings, reasons=reasons
        )
    shown = consent.of_request(request)
    slugs = [one for one in shown.lists if one in _known(db)] or lists.chosen(db, ())
    was_new = not is_confirmed(db, request.email)
    new = join(db, shown, slugs, client=client, now=now, settings=settings)
    if new and request.topics:
        choose_topics(db, request.email, request.topics.split(","))
    if new and was_new:
        letters.write_welcome(db, request, new, office)
        email = request.email
        database.after_commit(db, lambda: _tell(email))
    return is_confirmed(db, request.email)


def _known(db: Session) -> set[str]:
    return {one.slug for one in lists.everything(db, offered_only=False)}


def _tell(email: str) -> None:
    events.subscriber_confirmed.send(None, email=email)


def _waiting_in_turn(db: Session, request_id: str, now: datetime) -> SignupRequest | None:
    """Find what waits, and hold its address: always before any row, or two could wait in a ring."""
    request = waiting(db, request_id, now)
    if request is None:
        return None
    _take_turns(db, request.email)
    return db.get(SignupRequest, request_id, populate_existing=True)


def _take_turns(db: Session, email: str) -> None:
    """Let two requests for one mailbox, however it is spelled, follow each other."""
    database.take_turns(db, "newsletter", [mailbox(email)])
