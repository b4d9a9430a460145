"""Returns: asked for, approved, received; each step is one move of the table and one letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.aftersales import exchange, pieces, return_letters
from storefront.aftersales.models import Return, ReturnLine
from storefront.aftersales.states import CONDITIONS, REASONS, RETURN_MOVES
from storefront.errors import Invalid, NotFound
from storefront.orders import history, numbers
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.orders.states import BOUGHT_ORDERS
from storefront.settings import Settings
from storefront.stock import service as stock

LONGEST_NOTE = 1000
MOST_OPEN = 10  # returns of one order that nobody has worked on yet


@dataclass(frozen=True)
class Wish:
    """Pieces to send back, why, and the variant wanted instead; none for the money."""

    line_id: int
    quantity: int
    reason: str = "changed_mind"
    wanted_variant_id: int | None = None


@dataclass(frozen=True)
class Received:
    """What came back of a line, how it looks, and whether it can be sold again."""

    quantity: int
    condition: str = "as_new"
    restock: bool = True


def ask(
    db: Session, order: Order, wishes: Sequence[Wish], *, by: str, settings: Settings,
    note: str = "", is_withdrawal: bool = False,
) -> Return:  # fmt: skip
    """Write down what a buyer wants to send back, and tell the shop.

    Raises:
        Invalid: nothing of this order can come back, or not this, or a reason is unknown.
    """
    orders.lock(db, order)
    if order.state not in (*BOUGHT_ORDERS, "needs_attention"):
        raise Invalid("Nothing of this order was sent, so nothing can come back.")
    where = pieces.of(db, order)
    most = {line_id: one.returnable for line_id, one in where.items()}
    chosen = pieces.chosen(
        order, {wish.line_id: wish.quantity for wish in wishes}, most, "can come back"
    )
    _not_too_many(db, order)
    request = Return(
        number=numbers.free(db, Return.number, "R-"), order_id=order.id, is_withdrawal=is_withdrawal,
        note=_words(note), asked_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    by_line = {wish.line_id: wish for wish in wishes}
    for line, quantity in chosen.items():
        request.lines.append(_line(db, line, quantity, by_line[line.id]))
    db.add(request)
    db.flush()
    history.note(
        db, order, "return_asked", f"Return {request.number} was asked for.", by=by,
        is_public=True, return_number=request.number,
    )  # fmt: skip
    return_letters.asked(db, request, settings)
    return request


def _line(db: Session, line: OrderLine, quantity: int, wish: Wish) -> ReturnLine:
    if wish.reason not in REASONS:
        raise Invalid("Choose a reason.", fields={f"reason-{line.id}": "Choose a reason."})
    wanted = exchange.checked(db, line, wish.wanted_variant_id)
    return ReturnLine(
        order_line_id=line.id, quantity=quantity, reason=wish.reason, wanted_variant_id=wanted
    )


def approve(
    db: Session, request: Return, *, by: str, settings: Settings, answer: str = ""
) -> None:
    """Let the pieces come back; what is wanted instead is taken off the shelf for the buyer.

    Raises:
        Invalid: it was answered before.
        SoldOut: what is wanted instead is gone.
    """
    _move(db, request, "approved")
    request.answer = answer[:400]
    exchange.take(db, request, settings)
    _note(db, request, "approved", by)
    return_letters.approved(db, request, settings)


def refuse(db: Session, request: Return, *, by: str, settings: Settings, answer: str) -> None:
    """Say no, with the reason that the buyer reads.

    Raises:
        Invalid: it was answered before, there is no reason, or it is a withdrawal, which nobody can refuse.
    """
    if request.is_withdrawal:
        raise Invalid("A withdrawal from the contract is not refused. Approve it.")
    if not answer.strip():
        raise Invalid("Say why.", fields={"answer": "Say why, for the buyer to read."})
    _move(db, request, "refused")
    request.answer = answer.strip()[:400]
    _note(db, request, "refused", by)
    return_letters.refused(db, request, settings)


def take_back(db: Session, request: Return, *, by: str, settings: Settings) -> None:
    """End a return because the buyer keeps the pieces after all.

    Raises:
        Invalid: it is over, or the pieces have come.
    """
    _move(db, request, "withdrawn")
    exchange.give_back(db, request, settings)
    _note(db, request, "withdrawn", by)


def receive(
    db: Session, request: Return, came: Mapping[int, Received], *, by: str, settings: Settings
) -> None:
    """Write down what came (return line to what it is); what can be sold lies on the shelf again.

    Raises:
        Invalid: it is not expected, a line is not of this return, more came than was asked for, or nothing did.
    """
    _move(db, request, "received")
    lines = {line.id: line for line in request.lines}
    if not set(came) <= set(lines):
        raise Invalid("One of these lines is not of this return.")
    if not any(each.quantity > 0 for each in came.values()):
        raise Invalid("Say how many pieces came.")
    for line_id, each in came.items():
        _receive(lines[line_id], each)
    _restock(db, request, settings)
    _note(db, request, "received", by)
    return_letters.received(db, request, settings)


def by_number(db: Session, number: str) -> Return:
    """Find a return.

    Raises:
        NotFound: there is none.
    """
    found = db.scalar(select(Return).where(Return.number == number))
    if found is None:
        raise NotFound("There is no return of that number.")
    return found


def of(db: Session, order: Order) -> Sequence[Return]:
    """List the returns of an order, oldest first."""
    mine = select(Return).where(Return.order_id == order.id).order_by(Return.id)
    return db.scalars(mine).all()


def waiting(db: Session, *states: str, most: int = 100) -> Sequence[Return]:
    """List the returns in these states, oldest first; requested ones unless told."""
    wanted = select(Return).where(Return.state.in_(states or ("requested",)))
    return db.scalars(wanted.order_by(Return.id).limit(most)).all()


def lock(db: Session, request: Return) -> Return:
    """Take the order of a return and then the return itself for this transaction."""
    order = db.get_one(Order, request.order_id)
    orders.lock(db, order)
    return db.get_one(Return, request.id, populate_existing=True, with_for_update=True)


def move(request: Return, state: str) -> None:
    """Move a return that is locked.

    Raises:
        Invalid: the table of moves does not have it.
    """
    if state not in RETURN_MOVES[request.state]:
        raise Invalid(f"This return is {request.state}, and cannot be {state} now.")
    request.state, request.changed_at = state, clock.now()


def _move(db: Session, request: Return, state: str) -> None:
    lock(db, request)
    move(request, state)


def _receive(line: ReturnLine, came: Received) -> None:
    if not 0 <= came.quantity <= line.quantity:
        raise Invalid(f"{line.order_line.name}: at most {line.quantity} were to come back.")
    if came.condition not in CONDITIONS:
        raise Invalid("Say how it looks.", fields={f"condition-{line.id}": "Choose one."})
    line.received = came.quantity
    line.condition = came.condition if came.quantity else ""
    line.restocked = came.quantity if came.restock and came.condition == "as_new" else 0


def _restock(db: Session, request: Return, settings: Settings) -> None:
    good = {line.order_line: line.restocked for line in request.lines if line.restocked}
    if good:
        stock.put_back(
            db, request.order_id, pieces.on_the_shelf(good), few=settings.low_stock,
            reason="returned", note=f"return {request.number}",
        )  # fmt: skip


def _note(db: Session, request: Return, what: str, by: str) -> None:
    history.note(
        db, request.order, f"return_{what}", f"Return {request.number} was {what}.", by=by,
        is_public=True, return_number=request.number,
    )  # fmt: skip


def _words(note: str) -> str:
    spelt = note.strip()
    if len(spelt) > LONGEST_NOTE:
        message = f"At most {LONGEST_NOTE} characters, please."
        raise Invalid(message, fields={"note": message})
    return spelt


def _not_too_many(db: Session, order: Order) -> None:
    found = [each for each in of(db, order) if each.state in {"requested", "withdrawn"}]
    if len(found) >= MOST_OPEN:
        raise Invalid("There are many returns of this order already. Please write to us.")
