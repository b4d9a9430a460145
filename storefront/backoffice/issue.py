"""One issue: its words, its slots in order, and whom it goes to."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, fields, issue_words
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid
from storefront.issues import audience, composing, links, proposals, segment_changes
from storefront.issues.models import Issue

blueprint: Blueprint = desk.room("issue", __name__)

ONE = "/backoffice/newsletter/<int(max=2147483647):issue_id>"
LONGEST = 10_000


@blueprint.get(ONE)
def one(issue_id: int) -> Response:
    """Show an issue, what it could carry, and whom it goes to."""
    return _page(issue_id)


@blueprint.post(ONE)
@web.bounds_own_form
def save(issue_id: int) -> AnyResponse:
    """Save what stands above the slots, and whom it goes to."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            issue = composing.find(db, issue_id, to_change=True)
            composing.change(
                db, issue, subject=form.text("subject"), preheader=form.text("preheader"), intro=form.text("intro"),
                segment=form.text("segment") or None, is_archived=form.is_ticked("is_archived"),
                is_indexed=form.is_ticked("is_indexed"),
            )  # fmt: skip
            desk.audit(db, "issue.saved", issue.slug)
    except Invalid as problem:
        return _page(issue_id, dict(form.sent), problem)
    return _back(issue_id, "It is saved.")


@blueprint.post(f"{ONE}/slots")
def add(issue_id: int) -> AnyResponse:
    """Add a slot at the end."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            issue = composing.find(db, issue_id, to_change=True)
            composing.add(db, issue, form.text("kind"), form.text("reference"))
            desk.audit(db, "issue.slot_added", issue.slug, reference=form.text("reference"))
    except Invalid as problem:
        return _page(issue_id, {}, problem)
    return _back(issue_id, "It is added at the end.")


@blueprint.post(f"{ONE}/slots/<int(max=2147483647):slot_id>")
@web.bounds_own_form
def slot(issue_id: int, slot_id: int) -> AnyResponse:
    """Write a slot's words, move it, or take it out."""
    form, wish = Typed(request.form), request.form.get("wish", "save")
    try:
        with database.transaction() as db:
            issue = composing.find(db, issue_id, to_change=True)
            _do(db, issue, slot_id, wish, form)
            desk.audit(db, "issue.slot_changed", issue.slug, wish=wish[:20])
    except Invalid as problem:
        problem.fields = {f"{name}-{slot_id}": text for name, text in problem.fields.items()}
        return _page(
            issue_id, {f"{name}-{slot_id}": text for name, text in form.sent.items()}, problem
        )
    return _back(issue_id, {"remove": "It is taken out.", "save": "It is saved."}.get(wish, "It is moved."))  # fmt: skip


def _do(db: Session, issue: Issue, slot_id: int, wish: str, form: Typed) -> None:
    if wish == "remove":
        composing.remove(db, issue, slot_id)
    elif wish in ("up", "down"):
        composing.shift(db, issue, slot_id, up=wish == "up")
    else:
        composing.write(issue, slot_id, heading=form.text("heading"), text=form.text("text"))


def _page(
    issue_id: int, typed: dict[str, str] | None = None, problem: Invalid | None = None
) -> Response:
    db, office = database.session(), links.office()
    issue = composing.find(db, issue_id)
    wrong = problem.fields if problem else {}
    values = _values(issue) if typed is None or "subject" not in typed else typed
    known = {each.reference: each for each in office.hooks.newsletter_items(db, None)}
    segments = segment_changes.everything(db)
    options = [("", "Everybody on the list"), *((each.slug, each.name) for each in segments)]
    return desk.page(
        "backoffice/issue.html", problem.status if problem else 200, problem=problem, wrong=wrong, issue=issue,
        row=issue_words.row(issue, clock.now()), parts=fields.filled(_asked(options), values, wrong), is_draft=issue.state == "draft",
        slots=[(each, known.get(each.reference), issue_words.SLOT_WORDS[each.kind]) for each in issue.slots],
        typed=typed or {}, groups=proposals.grouped(_left(db, issue)) if issue.state == "draft" else {}, **_readers(db, issue),
    )  # fmt: skip


def _left(db: Session, issue: Issue) -> list[Any]:
    return proposals.items(db, issue.list_slug, links.office())


def _readers(db: Session, issue: Issue) -> dict[str, Any]:
    """Count whom it goes to, as long as its segment can be read."""
    try:
        wanted = audience.audience(db, issue, links.office())
    except Invalid as problem:
        return {"readers": None, "samples": (), "segment_problem": str(problem)}
    return {"readers": audience.count(db, wanted), "samples": audience.samples(db, wanted)}


def _asked(segments: fields.Options) -> list[Field]:
    return [
        Field("subject", "Subject", most=200, hint="At most 70 characters are sure to be seen."),
        Field("preheader", "Preheader", most=200, optional=True, hint="What mail programs show beside the subject."),
        Field("intro", "First words", "area", most=LONGEST, rows=5, optional=True, hint="Markdown."),
        Field("segment", "Goes to", "select", options=segments, hint="A segment narrows the list; nobody outside the list gets it."),
        Field("is_archived", "Show it in the public archive", "check"),
        Field("is_indexed", "Let search engines find it there", "check"),
    ]  # fmt: skip


def _values(issue: Issue) -> dict[str, str]:
    return {
        "subject": issue.subject, "preheader": issue.preheader, "intro": issue.intro, "segment": issue.segment_slug or "",
        "is_archived": "yes" if issue.is_archived else "", "is_indexed": "yes" if issue.is_indexed else "",
    }  # fmt: skip


def _back(issue_id: int, notice: str) -> AnyResponse:
    return web.go(web.path_for("storefront_backoffice_issue.one", issue_id=issue_id), notice=notice)  # fmt: skip
