"""Recalls in the backoffice: whom one would reach is shown before anything is published."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import recall as service
from storefront.aftersales import recall_find
from storefront.aftersales.recall import Draft, Preview
from storefront.aftersales.recall_models import REMEDIES, Recall, RecallNotice
from storefront.backoffice import desk, wording
from storefront.backoffice.pieces_form import Sent
from storefront.errors import Invalid

blueprint: Blueprint = desk.room("recalls", __name__)

LIST = "/backoffice/recalls"
TEXTS = ("title", "hazard", "what_to_do", "skus", "lots")


@blueprint.get(LIST)
def page() -> Response:
    """List recalls, newest first."""
    db = database.session()
    found = [_row(db, recall) for recall, _wanted in recall_find.published(db)]
    return desk.page("backoffice/recalls.html", recalls=found)


@blueprint.get(f"{LIST}/new")
def new() -> Response:
    """Ask what is recalled and why."""
    return _form(request.args)


@blueprint.post(f"{LIST}/check")
def check() -> Response:
    """Show whom it would reach."""
    sent = request.form
    try:
        seen = service.preview(database.session(), _draft(sent))
    except Invalid as problem:
        return _form(sent, problem)
    return desk.page(
        "backoffice/recall_check.html", title=sent.get("title", ""), what=_sentences(seen), sent=sent,
        remedies=sent.getlist("remedy"), texts=TEXTS,
    )  # fmt: skip


@blueprint.post(LIST)
def create() -> AnyResponse:
    """Block the sale, publish the notice and write to everybody who has some."""
    try:
        with database.transaction() as db:
            made = service.create(db, _draft(request.form), by=desk.who())
            desk.audit(db, "recall.published", made.slug, lots=len(made.lots))
            slug = made.slug
    except Invalid as problem:
        return _form(request.form, problem)
    notice = (
        "It is published, nothing of it is sold any more, and the letters are on their way."
    )
    return web.go(url_for(".one", slug=slug), notice=notice)


@blueprint.get(f"{LIST}/<slug>")
def one(slug: str) -> Response:
    """Show whom a recall has reached and what they answered."""
    db = database.session()
    found = service.find(db, slug)
    return desk.page(
        "backoffice/recall.html", recall=found, row=_row(db, found),
        notices=[_notice(each) for each in service.notices(db, found)],
        public_url=url_for("storefront_recalls.recall_page", slug=slug),
    )  # fmt: skip


def _draft(sent: Sent) -> Draft:
    return Draft(
        title=sent.get("title", ""), hazard=sent.get("hazard", ""),
        what_to_do=sent.get("what_to_do", ""), skus=sent.get("skus", "").split(),
        lots=[text.strip() for text in sent.get("lots", "").splitlines() if text.strip()],
        remedies=tuple(sent.getlist("remedy")),
    )  # fmt: skip


def _sentences(seen: Preview) -> list[str]:
    waiting = f" ({', '.join(seen.to_be_sent)})" if seen.to_be_sent else ""
    return [
        "Nothing of it is sold any more, and a public notice says why.",
        f"Orders with recalled lots: {seen.orders}, {seen.pieces} pieces in all.",
        f"More orders whose lot nobody wrote down: {seen.orders_unknown}. Such pieces in all: {seen.pieces_unknown}.",
        f"Buyers who get a letter, whatever they chose about the newsletter: {seen.buyers}.",
        f"Orders that wait for such goods: {len(seen.to_be_sent)}{waiting}.",
    ]


def _form(sent: Sent, problem: Invalid | None = None) -> Response:
    fields = problem.facts.get("fields") if problem else None
    return desk.page(
        "backoffice/recall_new.html", problem.status if problem else 200, sent=sent, problem=problem,
        wrong=fields or {}, remedies=REMEDIES, chosen=sent.getlist("remedy") or ["refund"],
    )  # fmt: skip


def _row(db: Session, recall: Recall) -> dict[str, object]:
    notices = service.notices(db, recall)
    return {
        "title": recall.title, "url": url_for(".one", slug=recall.slug),
        "published": wording.moment(recall.published_at), "by": recall.by,
        "goods": ", ".join(each.sku for each in recall.goods),
        "lots": ", ".join(recall.lots) or "every lot", "reached": len(notices),
        "answered": sum(each.remedy is not None for each in notices),
    }  # fmt: skip


def _piece(each: Mapping[str, Any]) -> str:
    lot = f"lot {each['lot']}" if each.get("lot") else "lot unknown"
    return f"{each['quantity']} × {each['name']}, {lot}"


def _notice(notice: RecallNotice) -> dict[str, object]:
    number = notice.order.number
    return {
        "order": number, "url": url_for("storefront_backoffice_orders.one", number=number),
        "email": notice.order.email,
        "pieces": "; ".join(_piece(each) for each in notice.pieces),
        "lot": ("certain", "warn") if notice.is_certain else ("not all known", "plain"),
        "answer": notice.remedy or "none yet", "to_do": notice.to_do,
    }  # fmt: skip
