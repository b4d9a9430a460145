"""Sign up, confirm, leave.

Nobody is a subscriber before the address was confirmed, and who signs up learns nothing
about an address: new, known and suppressed ones are answered alike.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from storefront import database, events, tokens
from storefront.customers.service import canonical_email, mark_verified
from storefront.errors import Invalid, LinkExpired, TooMany
from storefront.newsletter import consent, letters
from storefront.newsletter.letters import Office
from storefront.newsletter.models import SignupRequest, Subscriber
from storefront.settings import Settings

MOST_CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
FORGET_AFTER = timedelta(days=7)
UNDO_FOR = timedelta(minutes=10)
NO_TRIES = "Too many wrong codes. The link in the letter still works; or ask for a new letter."
USED_UP = "This link or code was used before, or it is too old. Ask for a new letter."


def sign_up(
    db: Session, email: str, *, form: str, consent_text: str, locale: str, next_url: str,
    client: str, now: datetime, office: Office, wants_newsletter: bool = True,
) -> SignupRequest:  # fmt: skip
    """Remember the wish and write the letter that asks to confirm it.

    Without `wants_newsletter` only the address is to be proven: that is no consent.

    Raises:
        Invalid: this cannot be a mail address.
        TooMany: the address has been sent as many letters as one day allows.
    """
    address, settings = canonical_email(email), office.settings
    _take_turns(db, address)
    db.execute(delete(SignupRequest).where(SignupRequest.created_at < now - FORGET_AFTER))
    letters.check_limit(db, address, settings.limit_signup_address, now)
    request = SignupRequest(
        id=tokens.key(), email=address, wants_newsletter=wants_newsletter, next_url=next_url,
        form=form, locale=locale, consent_text=consent_text, letters=0,
        policy_version=settings.policy_version, sent_at=now, created_at=now,
        expires_at=now + timedelta(hours=settings.signup_link_hours),
    )  # fmt: skip
    letters.write_confirmation(db, request, office, now)
    db.add(request)
    if wants_newsletter:
        consent.record(db, "requested", consent.of_request(request), client, settings, now)
    return request


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
    reads = request.wants_newsletter and _join(db, request, client, office, now)
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


def leave(
    db: Session, email: str, *, client: str, settings: Settings, now: datetime
) -> datetime | None:
    """Stop the letters; tell since when, or None for an address that is no reader."""
    reader = _reader(db, email)
    if reader is not None and reader.state == "confirmed":
        reader.state, reader.left_at = "left", now
        shown = consent.of_reader(reader, consent.LEAVE, settings)
        consent.record(db, "left", shown, client, settings, now)
    return reader.left_at if reader else None


def come_back(
    db: Session, email: str, *, client: str, settings: Settings, now: datetime
) -> None:
    """Take leaving back, within a few minutes of it.

    Raises:
        LinkExpired: too late; sign up again.
    """
    reader = _reader(db, email)
    left_at = reader.left_at if reader and reader.state == "left" else None
    if reader is None or left_at is None or now - left_at > UNDO_FOR:
        message = "It is too late to undo that. Sign up again; it takes one letter."
        raise LinkExpired(message)
    reader.state, reader.left_at = "confirmed", None
    shown = consent.of_reader(reader, consent.COME_BACK, settings)
    consent.record(db, "confirmed", shown, client, settings, now)


def is_confirmed(db: Session, email: str) -> bool:
    """Tell whether the address reads the newsletter now."""
    state = select(Subscriber.state).where(Subscriber.email == email)
    return db.scalar(state) == "confirmed"


def is_suppressed(db: Session, email: str) -> bool:
    """Tell whether the address must not be written to, whatever it asks for."""
    state = select(Subscriber.state).where(Subscriber.email == email)
    return db.scalar(state) == "suppressed"


def _join(
    db: Session, request: SignupRequest, client: str, office: Office, now: datetime
) -> bool:
    """Make the address a reader; tell whether it is one now."""
    reader = _reader(db, request.email)
    if reader is not None and reader.state != "left":
        return reader.state == "confirmed"
    if reader is None:
        reader = Subscriber(email=request.email, locale=request.locale)
        db.add(reader)
    reader.state, reader.confirmed_at, reader.left_at = "confirmed", now, None
    shown = consent.of_request(request)
    consent.record(db, "confirmed", shown, client, office.settings, now)
    letters.write_welcome(db, request, office)
    email = request.email
    database.after_commit(db, lambda: _tell(email))
    return True


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
    """Let two requests for one address follow each other; SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        turn = text("SELECT pg_advisory_xact_lock(hashtext('newsletter'), hashtext(:email))")
        db.execute(turn, {"email": email})


def _reader(db: Session, email: str) -> Subscriber | None:
    return db.scalar(select(Subscriber).where(Subscriber.email == email))
