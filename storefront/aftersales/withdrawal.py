"""Withdrawal from the contract: declared in two steps, receipted at once, never refused silently."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import limits
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.aftersales import cancel, letters, pieces, returns, shipments, windows
from storefront.aftersales.models import Withdrawal
from storefront.aftersales.returns import Wish
from storefront.aftersales.windows import Window
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, NotFound, TooMany
from storefront.orders import history, numbers
from storefront.orders.models import Order
from storefront.settings import Settings

WEB = re.compile(r"://|www\.", re.IGNORECASE)
LONGEST = {"name": 160, "order_number": 40, "part": 1000}


@dataclass(frozen=True)
class Declaration:
    """What somebody declares: who they are, which order, and which pieces of it.

    `pieces` are known lines of an order that was opened by its key; else `part` says in words
    what is meant, and empty means the whole order.
    """

    name: str
    email: str
    order_number: str
    part: str = ""
    pieces: tuple[tuple[int, int], ...] = ()


def checked(told: Declaration) -> Declaration:
    """Give a declaration in its one spelling; nothing in it is compared with any order.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    spelt = {name: " ".join(getattr(told, name).split()) for name in LONGEST}
    wrong = {
        name: f"At most {LONGEST[name]} characters, please."
        for name, text in spelt.items()
        if len(text) > LONGEST[name]
    }
    for name in ("name", "part"):
        if WEB.search(spelt[name]):  # the receipt goes to whatever address was typed
            wrong[name] = "Leave web addresses out, please."
    if not spelt["name"]:
        wrong["name"] = "Enter your name."
    if not spelt["order_number"]:
        wrong["order_number"] = "Enter the number of the order."
    email = told.email
    try:
        email = canonical_email(told.email)
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    return Declaration(
        spelt["name"], email, spelt["order_number"].upper(), spelt["part"], told.pieces
    )


def declare(
    db: Session, told: Declaration, *, settings: Settings, by_key: Order | None = None
) -> Withdrawal:
    """Write a declaration down as it came and send its receipt; known and unknown orders alike.

    Raises:
        Invalid: a field cannot be used, or a line is not of the order.
        TooMany: this address has had many receipts today.
    """
    told = checked(told)
    now = clock.now()
    _check_limit(db, told.email, settings.limit_withdraw_address, now)
    order = by_key or _matching(db, told)
    if by_key is not None and told.pieces:
        _all_of(by_key, told.pieces)
    row = Withdrawal(
        number=numbers.free(db, Withdrawal.number, "W-"), order_id=order.id if order else None, name=told.name,
        email=told.email, order_number=told.order_number,
        pieces=[list(pair) for pair in told.pieces], words=_words(told, order, settings), at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    if order is not None:
        _follow(db, order, row, settings, is_holder=by_key is not None)
    _tell(db, row, order, settings)
    return row


def window(db: Session, order: Order, settings: Settings, *, days: int = 0) -> Window:
    """Tell until when the law, or with `days` the shop, lets an order be withdrawn."""
    sent = [parcel.shipped_at for parcel in shipments.of(db, order)]
    due = any(one.to_send for one in pieces.of(db, order).values())
    return windows.window(
        sent, days or settings.withdrawal_days, timezone=settings.timezone, is_waiting=due
    )


def latest(db: Session, *, open_only: bool = False, most: int = 100) -> Sequence[Withdrawal]:
    """List declarations, newest first; with `open_only` those that wait for somebody."""
    wanted = select(Withdrawal).order_by(Withdrawal.id.desc()).limit(most)
    return db.scalars(wanted.where(Withdrawal.done_at.is_(None)) if open_only else wanted).all()


def done(db: Session, number: str, *, by: str) -> Withdrawal:
    """Note that somebody has done what a declaration asked for; again changes nothing.

    Raises:
        NotFound: there is no such declaration.
    """
    row = db.scalar(select(Withdrawal).where(Withdrawal.number == number))
    if row is None:
        raise NotFound("There is no withdrawal of that number.")
    order = db.get(Order, row.order_id) if row.order_id else None
    if row.done_at is None and order is not None:
        history.note(
            db, order, "withdrawal_done", f"Withdrawal {row.number} was dealt with.", by=by,
            withdrawal=row.number,
        )  # fmt: skip
    row.done_at = row.done_at or clock.now()
    return row


def _matching(db: Session, told: Declaration) -> Order | None:
    """Find the order that was typed, if the address is its own."""
    order = db.scalar(select(Order).where(Order.number == told.order_number))
    return order if order is not None and order.email == told.email else None


def _all_of(order: Order, chosen: Sequence[tuple[int, int]]) -> None:
    bought = {line.id: line.quantity for line in order.lines}
    if any(not 0 < quantity <= bought.get(line_id, 0) for line_id, quantity in chosen):
        raise Invalid("One of these lines is not of this order, or has fewer pieces.")


def _follow(
    db: Session, order: Order, row: Withdrawal, settings: Settings, *, is_holder: bool
) -> None:
    """Make the return of what the buyer has; what was not sent is cancelled for a key's holder.

    What cannot be done by itself stays for somebody to do: the declaration stands all the same.
    """
    history.note(
        db, order, "withdrawal", f"Withdrawal {row.number} was declared.", by="buyer",
        is_public=True, withdrawal=row.number,
    )  # fmt: skip
    where = pieces.of(db, order)
    meant = _meant(order, row)
    unsent = {line_id: min(n, where[line_id].to_send) for line_id, n in meant.items()}
    if is_holder and any(unsent.values()) and cancel.is_untouched(db, order):
        with suppress(Invalid):
            cancel.cancel(db, order, unsent, by="buyer", settings=settings, reason="withdrawal")
            row.done_at = row.at
    wishes = [
        Wish(line_id, min(n, where[line_id].returnable), "changed_mind")
        for line_id, n in meant.items()
    ]
    if any(wish.quantity for wish in wishes):
        with suppress(Invalid):
            row.return_id = returns.ask(
                db, order, wishes, by="buyer", settings=settings, note=row.words[:1000],
                is_withdrawal=True,
            ).id  # fmt: skip
            row.done_at = None if any(unsent.values()) else row.at


def _meant(order: Order, row: Withdrawal) -> dict[int, int]:
    """Tell the declared pieces; what is only said in words is left to people."""
    if row.pieces:
        return {int(line_id): int(quantity) for line_id, quantity in row.pieces}
    if "\nOnly: " in row.words:
        return {}
    return {line.id: line.quantity for line in order.lines}


def _words(told: Declaration, order: Order | None, settings: Settings) -> str:
    """Write the declaration out whole, as law and receipt want it."""
    rows = [
        f"I hereby withdraw from my contract with {settings.shop_name} for order {told.order_number}.",
        f"Name: {told.name}",
        f"Email: {told.email}",
    ]
    if told.part:
        rows.append(f"Only: {told.part}")
    if told.pieces and order is not None:
        names = {line.id: line.name for line in order.lines}
        rows += [f"{quantity} x {names[line_id]}" for line_id, quantity in told.pieces]
    elif not told.part:
        rows.append("All of it.")
    return "\n".join(rows)


def _tell(db: Session, row: Withdrawal, order: Order | None, settings: Settings) -> None:
    """Send the receipt at once, and tell the shop."""
    context = letters.withdrawal_facts(row, settings)
    mail.write(db, "withdrawal_receipt", row.email, row.number, context, order_id=row.order_id)
    known = context | {"is_known": order is not None, "made_return": row.return_id is not None}
    mail.write(
        db, "withdrawal_declared", settings.support_email, row.number, known,
        order_id=row.order_id,
    )  # fmt: skip


def _check_limit(db: Session, email: str, rule: str, now: datetime) -> None:
    allowed = limits.parse(rule)
    span = timedelta(seconds=allowed.get_expiry())
    recent = select(func.count(), func.min(Withdrawal.at)).where(
        Withdrawal.email == email, Withdrawal.at > now - span
    )
    count, oldest = db.execute(recent).one()
    if count >= allowed.amount:
        raise TooMany(max(1, int((oldest + span - now).total_seconds())))
