"""Recalls: the public notices, and the page where an affected buyer answers."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import recall, recall_answers, recall_pages
from storefront.orders import service as orders

blueprint = web.blueprint("recalls", __name__)


@blueprint.after_request
def _hide_key(response: Response) -> Response:
    """Let a page that a key has opened tell its address to nobody; the notices are public."""
    return web.without_referrer(response) if "key" in request.args else response


@blueprint.get("/recalls/")
@web.public_page
def recall_list() -> Response:
    """List every recall."""
    return recall_pages.list_page(database.session())


@blueprint.get("/recalls/<slug>")
@web.public_page
def recall_page(slug: str) -> Response:
    """Show what is recalled, why, and what to do."""
    return recall_pages.notice_page(recall.find(database.session(), slug))


@blueprint.get("/orders/<number>/recalls/<slug>")
def answer_page(number: str, slug: str) -> Response:
    """Show an affected buyer what can be chosen."""
    db = database.session()
    order = orders.find_for_buyer(db, number, request.args.get("key", ""))
    found = recall.find(db, slug)
    return recall_pages.answer_page(found, order, recall_answers.notice_of(db, found, order))


@blueprint.post("/orders/<number>/recalls/<slug>")
def answer(number: str, slug: str) -> AnyResponse:
    """Take what an affected buyer chose."""
    key = request.args.get("key", "")
    with database.transaction() as db:
        order = orders.find_for_buyer(db, number, key)
        found = recall.find(db, slug)
        remedy = request.form.get("remedy", "")
        recall_answers.answer(db, found, order, remedy, web.settings())
    path = web.path_for("storefront_recalls.answer_page", number=number, slug=slug, key=key)
    return web.go(path, notice="Thank you. We have your answer.")
