"""Gift cards in the backoffice: issued once, with a code that is shown once or mailed; what is on them, and why."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.backoffice import asked, desk, fields, wording
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid
from storefront.list_page import pages
from storefront.orders.models import Order
from storefront.pricing import gift_cards
from storefront.pricing.models import GiftCard, GiftMove

blueprint: Blueprint = desk.room("gift_cards", __name__)

LIST = "/backoffice/gift-cards"
ONE = f"{LIST}/<int(max=2147483647):card_id>"
EACH = 50
MOST_MINOR = 100_000_000
CHANGED = "Something was done since you looked. Look at what stands here now."
NEW = (
    Field("amount", "Amount", "amount"),
    Field("email", "Mail the code to", "email", optional=True, hint="Empty: you see the code once, on the next page."),
    Field("note", "Note", most=200, optional=True, hint="For us alone."),
    Field("ends", "It pays until", "date", optional=True, hint="The first day that it no longer pays."),
)  # fmt: skip
CORRECT = (
    Field("way", "What to do", "select", options=(("on", "Put money on"), ("off", "Take money off"))),
    Field("amount", "Amount", "amount"),
    Field("why", "Why", most=200, hint="It stands in the audit log."),
)  # fmt: skip


@blueprint.get(LIST)
def page() -> Response:
    """List cards, newest first."""
    db, number, words = database.session(), guards.page_number(request), asked.text("words")
    wanted = select(GiftCard)
    if words:
        texts = (GiftCard.ends, GiftCard.email, GiftCard.note)
        wanted = wanted.where(or_(*(each.icontains(words, autoescape=True) for each in texts)))
    total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(GiftCard.id.desc()).offset((number - 1) * EACH).limit(EACH)
    found = [_row(each) for each in db.scalars(newest)]
    kept: dict[str, Any] = {"words": words} if words else {}
    return desk.page(
        "backoffice/gift_cards.html", cards=found, is_narrowed=bool(words),
        fields=[{"name": "words", "label": "Last signs, address or note", "value": words}],
        pages=pages(lambda n: url_for(".page", page=n, **kept), number=number,
                    last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


@blueprint.get(f"{LIST}/new")
def new_page() -> Response:
    """Ask for a new card."""
    return _new({})


@blueprint.post(f"{LIST}/new")
def new() -> AnyResponse:
    """Issue a card; its code is mailed, or shown now and never again."""
    form = Typed(request.form)
    try:
        amount, ends = form.amount("amount"), form.begin("ends")
        form.needs("amount", amount, "Enter an amount.")
        form.check()
        with database.transaction() as db:
            _take_turns(db)
            if form.text("turn") != str(_newest(db)):
                raise Invalid(CHANGED)
            made = gift_cards.issue(
                db, amount or 0, web.settings(), email=form.text("email"), note=form.text("note"),
                ends_at=ends,
            )  # fmt: skip
            card_id, ends_with, is_mailed = made.card.id, made.card.ends, bool(made.card.email)
            desk.audit(db, "gift_card.issued", ends_with, minor=amount, mailed=is_mailed)
    except Invalid as problem:
        return _new(dict(form.sent), problem)
    if is_mailed:
        return _back(card_id, "The card is issued, and its code is in the mail.")
    return desk.page("backoffice/gift_card_code.html", code=made.code, card_id=card_id)


@blueprint.get(ONE)
def one(card_id: int) -> Response:
    """Show a card and what came to it and left it."""
    return _page(card_id, {})


@blueprint.post(f"{ONE}/block")
def block(card_id: int) -> AnyResponse:
    """Stop it from paying, or let it pay again."""
    is_blocked = request.form.get("wish") != "open"
    with database.transaction() as db:
        card = gift_cards.block(db, card_id, is_blocked=is_blocked)
        desk.audit(db, "gift_card.blocked" if is_blocked else "gift_card.opened", card.ends)
    return _back(card_id, "It pays nothing now." if is_blocked else "It pays again.")


@blueprint.post(f"{ONE}/correct")
def correct(card_id: int) -> AnyResponse:
    """Put money on it by hand, or take some off."""
    form = Typed(request.form)
    try:
        amount, why = form.amount("amount"), form.text("why")
        form.needs("amount", amount or None, "Enter an amount.")
        form.needs("why", why, "Say why.")
        if form.text("way") not in ("on", "off"):
            form.wrong["way"] = "Choose what to do."
        form.check()
        minor = (amount or 0) if form.text("way") == "on" else -(amount or 0)
        with database.transaction() as db:
            card = _locked(db, card_id)
            if form.text("turn") != str(_turn(db, card_id)):
                raise Invalid(CHANGED)
            if card.balance_minor + minor > MOST_MINOR:
                raise Invalid("That is too much for one card.")
            gift_cards.correct(db, card_id, minor)
            desk.audit(db, "gift_card.corrected", card.ends, minor=minor, why=why[:200])
    except Invalid as problem:
        return _page(card_id, dict(form.sent), problem)
    return _back(card_id, "It stands in its moves.")


def _locked(db: Session, card_id: int) -> GiftCard:
    gift_cards.find(db, card_id)
    return db.get_one(GiftCard, card_id, with_for_update=True, populate_existing=True)


def _take_turns(db: Session) -> None:
    """Let those who issue cards follow each other, so that the second sees the first's."""
    db.execute(
        select(GiftCard.id).order_by(GiftCard.id.desc()).limit(1).with_for_update()
    ).all()


def _newest(db: Session) -> int:
    return db.scalar(select(func.max(GiftCard.id))) or 0


def _turn(db: Session, card_id: int) -> int:
    return db.scalar(select(func.max(GiftMove.id)).where(GiftMove.card_id == card_id)) or 0


def _new(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/gift_card_new.html", problem.status if problem else 200, problem=problem,
        wrong=wrong, fields=fields.filled(NEW, sent, wrong), turn=_newest(database.session()),
    )  # fmt: skip


def _page(card_id: int, sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db, number = database.session(), guards.page_number(request)
    card = gift_cards.find(db, card_id)
    mine = select(GiftMove, Order.number).outerjoin(Order, Order.id == GiftMove.order_id)
    mine = mine.where(GiftMove.card_id == card_id).order_by(GiftMove.id.desc())
    moves = db.execute(mine.offset((number - 1) * EACH).limit(EACH)).all()
    total = (
        db.scalar(select(func.count()).select_from(GiftMove).where(GiftMove.card_id == card_id))
        or 0
    )
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/gift_card.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        card=_row(card), is_blocked=card.is_blocked, turn=_turn(db, card_id),
        fields=fields.filled(CORRECT, sent, wrong), moves=[_move(card, *row) for row in moves],
        pages=pages(lambda n: url_for(".one", card_id=card_id, page=n), number=number,
                    last=max(1, -(-total // EACH)), shown=len(moves), total=total),
    )  # fmt: skip


def _row(card: GiftCard) -> dict[str, Any]:
    return {
        "id": card.id, "name": f"… {card.ends}", "url": url_for(".one", card_id=card.id),
        "balance": web.money_text(card.balance_minor, card.currency), "email": card.email, "note": card.note,
        "issued": wording.moment(card.issued_at), "until": wording.moment(card.ends_at) if card.ends_at else "no end",
        "state": ("Blocked", "bad") if card.is_blocked else ("Pays", "ok"),
    }  # fmt: skip


def _move(card: GiftCard, move: GiftMove, order: str | None) -> tuple[str, str, str, str]:
    text = web.money_text(move.amount_minor, card.currency)
    return wording.moment(move.at), text, move.reason.replace("_", " "), order or ""


def _back(card_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".one", card_id=card_id), notice=notice)
