"""What the newsletter's room writes to people: the letter to confirm, and the welcome."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import limits
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import mail, tokens
from storefront.errors import TooMany
from storefront.newsletter.models import SignupRequest, Subscriber
from storefront.settings import Settings


@dataclass(frozen=True)
class Office:
    """What letters need from outside: the settings, and how links are written."""

    settings: Settings
    confirm_url: Callable[[str], str]  # of a sign-up request's id
    leave_url: Callable[[str], str]  # of an address


def write_confirmation(
    db: Session, request: SignupRequest, office: Office, now: datetime
) -> None:
    """Write link and a new code; a suppressed address is never written to."""
    code = tokens.digits()
    request.letters += 1
    request.sent_at = now
    request.code_tries = 0
    request.code_fingerprint = code_fingerprint(request.id, code)
    state = db.scalar(select(Subscriber.state).where(Subscriber.email == request.email))
    if state == "suppressed":
        return
    context = {
        "link": office.confirm_url(request.id),
        "code": code,
        "hours": office.settings.signup_link_hours,
        "wants_newsletter": request.wants_newsletter,
        "is_reader": state == "confirmed",
    }
    key = f"{request.id}:{request.letters}"
    mail.write(db, "newsletter_confirm", request.email, key, context, keep=False)


def write_welcome(db: Session, request: SignupRequest, office: Office) -> None:
    """Write the first letter of the list, with its link to leave."""
    url = office.leave_url(request.email)
    context = {"leave_url": url}
    mail.write(db, "newsletter_welcome", request.email, request.id, context, leave_url=url)


def check_limit(db: Session, email: str, rule: str, now: datetime) -> None:
    """Refuse more letters to one address than a rule such as "3/day" allows.

    Raises:
        TooMany: says when the next one may be asked for.
    """
    allowed = limits.parse(rule)
    window = timedelta(seconds=allowed.get_expiry())
    recent = select(func.sum(SignupRequest.letters), func.min(SignupRequest.sent_at)).where(
        SignupRequest.email == email, SignupRequest.sent_at > now - window
    )
    letters, oldest = db.execute(recent).one()
    if (letters or 0) >= allowed.amount:
        raise TooMany(max(1, int((oldest + window - now).total_seconds())))


def code_fingerprint(request_id: str, code: str) -> str:
    """Hash the six digits together with what they are for."""
    return tokens.fingerprint(f"{request_id}:{code}")


def masked(email: str) -> str:
    """Write an address so that only its owner recognises it."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
