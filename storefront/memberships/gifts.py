"""Given memberships: paid once or made by the staff, redeemed once by whoever has the code."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront import database, tokens
from storefront.errors import Invalid
from storefront.inserts import insert_once
from storefront.memberships import letters, notes, rules, service, sparing, wording
from storefront.memberships.models import (
    Membership,
    MembershipAttempt,
    MembershipGift,
    MembershipPlan,
)
from storefront.payments.gateway import PaymentFacts
from storefront.settings import Settings

UNKNOWN = "There is no gift with this code. Check it letter by letter."
USED = "This gift has been redeemed. A code is good once."
TOO_OLD = "This gift was not redeemed in time. Write to us, we will find a way."
TAKEN_BACK = "This gift was taken back, because its payment went back."
HAS_ONE = (
    "You have a membership that renews by itself. Let it end with its period first: then the gift"
    " goes on from there. The code stays good."
)
AMBIGUOUS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def months(plan: MembershipPlan) -> int:
    """Tell how long a gift of a plan lasts: one of its periods."""
    return wording.MONTHS[plan.rhythm]


def code_of(text: str) -> str:
    """Read a code as people type it: any case, with or without dashes, O for 0.

    Raises:
        Invalid: it cannot be a code.
    """
    bare = re.sub(r"[\s-]", "", text).upper().translate(AMBIGUOUS)
    if len(bare) != 16 or not set(bare) <= set(tokens.ALPHABET):
        raise Invalid(fields={"code": UNKNOWN})
    return "-".join(bare[start : start + 4] for start in range(0, 16, 4))


def bought(
    db: Session,
    attempt: MembershipAttempt,
    facts: PaymentFacts,
    settings: Settings,
    now: datetime,
) -> None:
    """Make the gift of a paid wish and send its code, once however often it is told."""
    plan = db.get_one(MembershipPlan, attempt.plan_slug)
    reference = facts.payment_reference
    paid = (reference, facts.amount_minor)
    code = _insert(db, plan, months(plan), attempt.email, settings, now, paid=paid)
    attempt.state = "done"
    if code:
        found = select(MembershipGift).where(MembershipGift.paid_reference == reference)
        letters.gift(db, db.scalars(found).one(), code, settings, to=attempt.email)


def issue(
    db: Session, plan: MembershipPlan, count: int, *, note: str, by: str, settings: Settings,
    now: datetime,
) -> str:  # fmt: skip
    """Make a gift that nobody paid for, and give its code: it is shown this once."""
    return _insert(db, plan, count, by, settings, now, note=note)


def _insert(
    db: Session, plan: MembershipPlan, count: int, by: str, settings: Settings, now: datetime,
    *, paid: tuple[str | None, int] = (None, 0), note: str = "",
) -> str:  # fmt: skip
    code = tokens.number(groups=4)
    is_new = insert_once(
        db, MembershipGift, code_fingerprint=tokens.fingerprint(code), plan_slug=plan.slug,
        months=count, given_by=by, paid_reference=paid[0], paid_minor=paid[1], note=note[:200], created_at=now,
        expires_at=now + timedelta(days=settings.member_gift_days),
    )  # fmt: skip
    return code if is_new else ""


def find(db: Session, code: str) -> MembershipGift | None:
    """Find the gift of a code."""
    mine = select(MembershipGift).where(
        MembershipGift.code_fingerprint == tokens.fingerprint(code)
    )
    return db.scalar(mine.execution_options(populate_existing=True))


def refusal(gift: MembershipGift | None, now: datetime) -> str:
    """Say why a code cannot be redeemed, or nothing."""
    if gift is None:
        return UNKNOWN
    if gift.revoked_at is not None:
        return TAKEN_BACK
    if gift.redeemed_at is not None:
        return USED
    return TOO_OLD if gift.expires_at <= now else ""


def redeem(db: Session, code: str, email: str, now: datetime, settings: Settings) -> Membership:
    """Turn a code into a membership of a proven address; what runs already is prolonged.

    Raises:
        Invalid: the code is none, was used, is too old or was taken back; or the address pays
            for a membership that goes on.
    """
    gift = find(db, code)
    why = refusal(gift, now)
    if gift is None or why:
        raise Invalid(why, fields={"code": why})
    database.take_turns(db, "membership", [email])
    before = service.standing(db, email, now, settings)
    if before is not None and before.source != rules.GIFT and not before.ends:
        raise Invalid(HAS_ONE, fields={"code": HAS_ONE})
    free = update(MembershipGift).where(
        MembershipGift.id == gift.id, MembershipGift.redeemed_at.is_(None),
        MembershipGift.revoked_at.is_(None),
    )  # fmt: skip
    if db.scalar(free.values(redeemed_at=now).returning(MembershipGift.id)) is None:
        raise Invalid(USED, fields={"code": USED})
    row = _member(db, gift, email, now, before.until if before else now)
    letters.gift_taken(db, row, settings)
    return row


def _member(
    db: Session, gift: MembershipGift, email: str, now: datetime, since: datetime
) -> Membership:
    row = Membership(
        email=email, plan_slug=gift.plan_slug, source=rules.GIFT, status="active", created_at=now,
        read_at=now, period_end=rules.months_after(max(now, since), gift.months),
    )  # fmt: skip
    db.add(row)
    db.flush()
    mine = update(MembershipGift).where(MembershipGift.id == gift.id)
    db.execute(mine.values(membership_id=row.id))
    notes.add(db, row, now, f"A gift was redeemed: {wording.lasts(gift.months)}.")
    return row


def revoke(db: Session, gift: MembershipGift, now: datetime, settings: Settings) -> None:
    """Take a gift back; what it opened is closed, with a letter. Again changes nothing."""
    _take_turns(db, gift)
    one = select(MembershipGift).where(MembershipGift.id == gift.id).with_for_update()
    found = db.scalars(one.execution_options(populate_existing=True)).one()
    if found.revoked_at is not None:
        return
    found.revoked_at = now
    row = db.get(Membership, found.membership_id) if found.membership_id else None
    if row is not None and row.status != "canceled":
        sparing.close_gap(db, row, now)
        row.status, row.ended_at = "canceled", now
        notes.add(db, row, now, "Its gift was taken back.")
        letters.ended(db, row, settings)


def _take_turns(db: Session, gift: MembershipGift) -> None:
    """Let nobody redeem for the same address meanwhile; whoever redeems takes turns before the row."""
    row = db.get(Membership, gift.membership_id) if gift.membership_id else None
    if row is not None:
        database.take_turns(db, "membership", [row.email])
