"""The form of a draft: shown with what is wrong beside each field, saved by one at a time."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library.cards import address
from routines.library.service import KINDS
from routines.studio import checks, diffs, nodes, ordering, service, states, typed
from routines.studio.models import Draft
from routines.studio.room import blueprint, page
from routines.studio.service import SavedMeanwhile
from routines.studio.typed import Raw
from routines.studio.words import ONE_THING
from storefront.public import Invalid, ShopError, clock, desk, guards, session, transaction, web

ONE = "/studio/drafts/<int(max=2147483647):draft_id>"
UNSAVED = "This is not saved yet."


@blueprint.get(ONE)
def edit(draft_id: int) -> Response:
    """Show the form of a draft, and say who else has it open."""
    with transaction() as db:
        draft = service.find(db, draft_id, lock=True)
        other = service.opened(db, draft, desk.who(), clock.now())
    told = f"{other[0]} has had this open since {local(other[1])}." if other else ""
    draft = service.find(session(), draft_id)
    return show(draft, draft.document, draft.version, other=told)


@blueprint.post(ONE)
def save(draft_id: int) -> AnyResponse:
    """Save what was typed; or add, take away or move something in it, which saves nothing."""
    draft = service.find(session(), draft_id)
    raw, seen, doing = sent(draft), version(), request.form.get("do", "save")
    if ":" in doing and not doing.startswith("preview:"):
        return _changed(draft, raw, seen, doing)
    try:
        with transaction() as db:
            draft = service.find(db, draft_id, lock=True)
            is_news = service.save(db, draft, raw, seen, desk.who(), clock.now())
            desk.audit(db, "studio.saved", about(draft), version=draft.version)
    except SavedMeanwhile as problem:
        return show(service.find(session(), draft_id), raw, problem.version, problem)
    if doing.startswith("preview:"):
        return web.go(url_for(".preview", draft_id=draft_id, viewer=doing.partition(":")[2]))
    said = "It is saved." if is_news else "Nothing was changed."
    return web.go(url_for(".edit", draft_id=draft_id), notice=said)


def sent(draft: Draft) -> Raw:
    """Read the form of a draft."""
    fields: Mapping[str, Sequence[str]] = dict(request.form.lists())
    return typed.read(KINDS[draft.kind], fields)


def version() -> int:
    """Read which version of a draft a form was opened with.

    Raises:
        Invalid: the form does not say.
    """
    found = guards.whole(request.form.get("seen"), least=0, most=1_000_000_000)
    if found is None:
        message = "The form does not say which version it was opened with. Open it again."
        raise Invalid(message)
    return found


def about(draft: Draft) -> str:
    """Name a draft in the audit log."""
    return f"{draft.kind} {draft.slug}"


def show(
    draft: Draft, raw: Raw, seen: int, problem: ShopError | None = None, *,
    said: str = "", open_at: str = "", other: str = "",
) -> Response:  # fmt: skip
    """Show the form with a document, whether it is saved or not."""
    model, facts = KINDS[draft.kind], checks.facts_of(session())
    found = checks.check(draft.kind, draft.slug, raw, facts, clock.now().date())
    wrong = nodes.beside(model, raw, found.lacks)
    fields, more = nodes.folded(model, nodes.form(model, raw, facts, wrong, open_at))
    is_stale = isinstance(problem, SavedMeanwhile)
    return page(
        "edit.html", problem.status if problem else 200, draft=draft, title=raw.get("title") or draft.slug, problem=problem,
        fields=fields, more=more, words=ONE_THING, open_at=open_at, said=said, other=other, seen=seen, known=facts, state=states.WORDS[draft.state],
        lacks=[(name, nodes.label_of(model, name), text) for name, texts in wrong.items() for text in texts],
        differs=diffs.lines(problem.document, raw) if is_stale and isinstance(problem, SavedMeanwhile) else (),
        moved_on=draft.state != "draft", public_url=public_url(draft, facts),
    )  # fmt: skip


def public_url(draft: Draft, facts: checks.Facts) -> str:
    """Give the address that readers have of it, if it is published."""
    return address(draft.kind, draft.slug) if (draft.kind, draft.slug) in facts.entries else ""


def local(moment: Any) -> str:
    """Write a moment on the shop's clock."""
    zone = ZoneInfo(web.settings().timezone)
    return moment.astimezone(zone).strftime("%d %b %Y, %H:%M") if moment else ""


def _changed(draft: Draft, raw: Raw, seen: int, doing: str) -> Response:
    """Do what a button of the form says, and show the form again with nothing saved."""
    try:
        open_at = ordering.change(KINDS[draft.kind], raw, doing)
    except Invalid as problem:
        return show(draft, raw, seen, problem)
    return show(draft, raw, seen, said=UNSAVED, open_at=open_at)
