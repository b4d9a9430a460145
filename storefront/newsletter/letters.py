"""What the newsletter's room writes to people: the letter to confirm, and the welcome."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import limits
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import database, mail, tokens
from storefront.errors import TooMany
from storefront.newsletter import lists, suppression
from storefront.newsletter.addresses import mailbox
from storefront.newsletter.models import SignupRequest
from storefront.newsletter.subscriptions import is_confirmed, joined
from storefront.settings import Settings

MOST_A_DAY = 3  # of one letter to one mailbox, however its address is spelled


@dataclass(frozen=True)
class Office:
    """What letters need from outside: the settings, and how links are written."""

    settings: Settings
    confirm_url: Callable[[str], str]  # of a sign-up request's id
    leave_url: Callable[[str, str | None], str]  # of an address, and a list or all of them
    preferences_url: Callable[[str], str] = lambda _email: ""


def write_confirmation(
    db: Session, request: SignupRequest, office: Office, now: datetime
) -> None:
    """Write link and a new code; for an address that may not be asked the letter is written and held back."""
    code, wished = tokens.digits(), {*filter(None, request.list_slugs.split(","))}
    request.letters += 1
    request.sent_at = now
    request.code_tries = 0
    request.code_fingerprint = code_fingerprint(request.id, code)
    context = {
        "link": office.confirm_url(request.id),
        "code": code,
        "hours": office.settings.signup_link_hours,
        "wants_newsletter": request.wants_newsletter,
        "lists": lists.names(db, wished),
        "is_reader": bool(request.wants_newsletter and wished <= {*joined(db, request.email)}),
    }
    key = f"{request.id}:{request.letters}"
    is_held = not suppression.is_askable(db, request.email, office.settings)
    mail.write(
        db, "newsletter_confirm", request.email, key, context, keep=False, is_held=is_held
    )


def write_welcome(
    db: Session, request: SignupRequest, new: Sequence[str], office: Office
) -> None:
    """Write the first letter of the lists that were joined, with its link to leave them."""
    url = office.leave_url(request.email, new[0] if len(new) == 1 else None)
    context = {
        "leave_url": url, "lists": lists.names(db, new),
        "preferences_url": office.preferences_url(request.email),
    }  # fmt: skip
    mail.write(db, "newsletter_welcome", request.email, request.id, context, leave_url=url)


def write_leave_link(db: Session, email: str, office: Office, now: datetime) -> None:
    """Write the link to leave, once a day; for an address that reads nothing it is held back."""
    context = {
        "leave_url": office.leave_url(email, None),
        "preferences_url": office.preferences_url(email),
    }
    is_held = not is_confirmed(db, email)
    _write_once_a_day(db, "newsletter_leave_link", email, context, now, is_held=is_held)


def write_export(db: Session, email: str, facts: dict[str, Any], now: datetime) -> None:
    """Write to somebody what the newsletter knows of them, once a day."""
    context = {"facts": json.dumps(facts, indent=2, ensure_ascii=False)}
    _write_once_a_day(db, "newsletter_export", email, context, now)


def _write_once_a_day(
    db: Session, letter: str, email: str, context: dict[str, Any], now: datetime, *,
    is_held: bool = False,
) -> None:  # fmt: skip
    """Write to an address once a day, and to a few spellings of its mailbox at most.

    A letter that is held takes nobody's turn: a stranger's spellings keep none from its reader.
    """
    name = mailbox(email)
    database.take_turns(db, letter, [name])
    day = f"{tokens.fingerprint(name)}:{now.date()}"
    turns = [f"{day}:{number}" for number in range(MOST_A_DAY)]
    taken = mail.written(db, letter, turns)
    mine = next((turn for turn in turns if taken.get(turn, email) == email), None)
    key = f"{day}:held" if is_held or mine is None else mine
    mail.write(db, letter, email, key, context, keep=False, is_held=key != mine)


def check_limit(db: Session, email: str, rule: str, now: datetime) -> None:
    """Refuse more letters to one mailbox, however it is spelled, than a rule such as "3/day" allows.

    Raises:
        TooMany: says when the next one may be asked for.
    """
    allowed = limits.parse(rule)
    window = timedelta(seconds=allowed.get_expiry())
    recent = select(func.sum(SignupRequest.letters), func.min(SignupRequest.sent_at)).where(
        SignupRequest.mailbox == mailbox(email), SignupRequest.sent_at > now - window
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
