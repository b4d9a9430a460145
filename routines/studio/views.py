"""The studio's first page, new drafts, and what is taken from readers."""

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import service as library
from routines.library.cards import KIND_WORDS, address
from routines.studio import lists, reviewing, service, states
from routines.studio.editing import ONE, about, local
from routines.studio.models import Draft
from routines.studio.room import blueprint, page
from storefront.public import Invalid, NotFound, clock, desk, session, transaction, web

ENTRY = "/studio/published/<kind>/<slug>"


@blueprint.get("/studio")
def home() -> Response:
    """List drafts, what waits for a reviewer first, and everything that is published."""
    db = session()
    drafts = lists.drafts(db)
    order = {
        state: place
        for place, state in enumerate(
            ("in_review", "approved", "scheduled", "draft", "published")
        )
    }
    open_ones = sorted(
        (one for one in drafts if one.state != "published"), key=lambda one: order[one.state]
    )
    begun = {(one.kind, one.slug): one for one in open_ones}
    cards = library.cards(db)
    return page(
        "home.html", drafts=[_row(one) for one in open_ones],
        published=[{"card": card, "kind": KIND_WORDS[card.kind], "url": address(card.kind, card.slug),
                    "draft": begun.get((card.kind, card.slug))} for card in cards],
    )  # fmt: skip


@blueprint.get("/studio/new")
def new_page() -> Response:
    """Ask what a new draft is."""
    return _new({})


@blueprint.post("/studio/new")
def new() -> AnyResponse:
    """Begin a draft."""
    kind, title, slug = (
        request.form.get(name, "").strip() for name in ("kind", "title", "slug")
    )
    try:
        with transaction() as db:
            draft = service.create(db, kind, title, slug, desk.who(), clock.now())
            desk.audit(db, "studio.begun", about(draft))
            draft_id = draft.id
    except Invalid as problem:
        return _new({"kind": kind, "title": title, "slug": slug}, problem)
    return web.go(
        url_for(".edit", draft_id=draft_id),
        notice="It is begun. Only people in the studio see it.",
    )


@blueprint.post(f"{ENTRY}/start")
def start(kind: str, slug: str) -> AnyResponse:
    """Open the draft of something published; begin one where there is none."""
    with transaction() as db:
        draft = service.from_published(db, kind, slug, desk.who(), clock.now())
        desk.audit(db, "studio.begun", about(draft), revision=draft.base_revision)
        draft_id = draft.id
    return web.go(url_for(".edit", draft_id=draft_id))


@blueprint.post(f"{ONE}/delete")
def delete(draft_id: int) -> AnyResponse:
    """Delete a draft with its versions."""
    with transaction() as db:
        draft = service.find(db, draft_id, lock=True)
        desk.audit(db, "studio.deleted", about(draft), version=draft.version)
        service.delete(db, draft)
    return web.go(
        url_for(".home"), notice="The draft is deleted. What is published stays as it is."
    )


@blueprint.get(f"{ENTRY}/retire")
def retire_page(kind: str, slug: str) -> Response:
    """Say what retiring will do."""
    found = _found(kind, slug)
    return page("retire.html", found=found, word=KIND_WORDS[kind].lower())


@blueprint.post(f"{ENTRY}/retire")
def retire(kind: str, slug: str) -> AnyResponse:
    """Take something from readers."""
    with transaction() as db:
        reviewing.retire(db, kind, slug)
        desk.audit(db, "studio.retired", f"{kind} {slug}")
    return web.go(url_for(".home"), notice="Readers do not find it any more.")


def _found(kind: str, slug: str) -> library.Card:
    card = next((one for one in library.of_kind(session(), kind) if one.slug == slug), None)
    if card is None:
        raise NotFound
    return card


def _row(draft: Draft) -> dict[str, Any]:
    at = f" {local(draft.publish_at)}" if draft.publish_at else ""
    word, tone = states.WORDS[draft.state]
    return {
        "id": draft.id, "title": draft.document.get("title") or draft.slug, "kind": KIND_WORDS[draft.kind],
        "state": (word + at, tone), "who": draft.saved_by, "when": local(draft.updated_at), "note": draft.note,
        "deletable": draft.state not in ("in_review", "scheduled"),
    }  # fmt: skip


def _new(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    return page(
        "new.html", problem.status if problem else 200, sent=sent, problem=problem, kinds=KIND_WORDS,
        wrong=problem.fields if problem else {},
    )  # fmt: skip
