"""From draft to readers: sent, looked at by another person, approved, published or given a day."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from routines.library.pieces import Person
from routines.library.service import KINDS
from routines.studio import checks, diffs, lists, nodes, reviewing, service, states
from routines.studio.editing import ONE, about, local, public_url, version
from routines.studio.models import Draft
from routines.studio.reviewing import NotReady
from routines.studio.room import blueprint, page
from routines.studio.service import NotNow
from storefront.public import (
    Forbidden,
    Invalid,
    ShopError,
    clock,
    desk,
    session,
    transaction,
    web,
)

Doing = Callable[[Session, Draft], object]
YEARS = range(2000, 9000)


@blueprint.get(f"{ONE}/review")
def review(draft_id: int) -> Response:
    """Show what changes for readers, what is missing, and what can be done now."""
    return _page(draft_id)


@blueprint.post(f"{ONE}/send")
def send(draft_id: int) -> AnyResponse:
    """Send a draft to review."""
    return _do(
        draft_id,
        "sent",
        lambda db, draft: reviewing.send(db, draft, clock.now()),
        "It waits for another person now.",
    )


@blueprint.post(f"{ONE}/take-back")
def take_back(draft_id: int) -> AnyResponse:
    """Take a draft back from review."""
    return _do(
        draft_id,
        "taken_back",
        lambda _, draft: reviewing.take_back(draft, clock.now()),
        "It is a draft again.",
    )


@blueprint.post(f"{ONE}/send-back")
def send_back(draft_id: int) -> AnyResponse:
    """Send a draft back with a word about what to change."""
    note = request.form.get("note", "").strip()[:2000]
    return _do(
        draft_id, "sent_back", lambda _, draft: reviewing.send_back(draft, note, desk.who(), clock.now()),
        "It went back to its author.",
    )  # fmt: skip


@blueprint.post(f"{ONE}/approve")
def approve(draft_id: int) -> AnyResponse:
    """Write down that this member has checked it."""
    person = {name: request.form.get(name, "").strip() for name in ("name", "credentials")}
    told: dict[str, object] = {**person, **({"demo": True} if request.form.get("demo") else {})}
    seen = version()

    def do(db: Session, draft: Draft) -> None:
        wrong = {
            f"reviewer-{name}": "Readers see this: fill it in."
            for name, text in person.items()
            if not text
        }
        if wrong or len(person["name"]) > 200 or len(person["credentials"]) > 200:
            raise Invalid(fields=wrong or {"reviewer-name": "At most 200 characters, please."})
        reviewing.approve(db, draft, told, desk.who(), seen, clock.now())

    return _do(
        draft_id, "approved", do, "It is approved, with your name. It can be published now."
    )


@blueprint.post(f"{ONE}/publish")
def publish(draft_id: int) -> AnyResponse:
    """Give readers what was approved."""
    return _do(
        draft_id, "published", lambda db, draft: reviewing.publish(db, draft, clock.now()), "Readers see it now.",
    )  # fmt: skip


@blueprint.post(f"{ONE}/schedule")
def schedule(draft_id: int) -> AnyResponse:
    """Give an approved draft the moment at which it is published by itself."""
    at = _moment(request.form.get("publish_at", ""))
    return _do(
        draft_id, "scheduled", lambda _, draft: reviewing.schedule(draft, at, clock.now()),
        f"It will be published on {local(at)}.",
    )  # fmt: skip


@blueprint.post(f"{ONE}/unschedule")
def unschedule(draft_id: int) -> AnyResponse:
    """Take the moment back."""
    return _do(
        draft_id, "unscheduled", lambda _, draft: reviewing.unschedule(draft, clock.now()),
        "It stays approved, and waits for somebody to publish it.",
    )  # fmt: skip


def _do(draft_id: int, action: str, doing: Doing, said: str) -> AnyResponse:
    """Do one move with a locked draft, or show the page again with what keeps it."""
    try:
        with transaction() as db:
            draft = service.find(db, draft_id, lock=True)
            doing(db, draft)
            desk.audit(db, f"studio.{action}", about(draft), version=draft.version)
    except (Invalid, NotReady, NotNow, Forbidden) as problem:
        return _page(draft_id, problem)
    return web.go(url_for(".review", draft_id=draft_id), notice=said)


def _page(draft_id: int, problem: ShopError | None = None) -> Response:
    db = session()
    draft, facts = service.find(db, draft_id), checks.facts_of(db)
    model, found = (
        KINDS[draft.kind],
        checks.check(draft.kind, draft.slug, draft.document, facts, clock.now().date()),
    )
    wrong = nodes.beside(model, draft.document, found.lacks)
    return page(
        "review.html", problem.status if problem else 200, draft=draft, problem=problem, state=states.WORDS[draft.state],
        title=draft.document.get("title") or draft.slug, moves=states.allowed(draft.state),
        lacks=[(name, nodes.label_of(model, name), text) for name, texts in wrong.items() for text in texts],
        wrong=problem.fields if isinstance(problem, Invalid) else {}, sent=request.form,
        is_own=not states.may_approve(draft.author, draft.saved_by, desk.who()), me=_me(db),
        differs=_differs(db, draft), publish_at=local(draft.publish_at), public_url=public_url(draft, facts),
        zone=web.settings().timezone,
    )  # fmt: skip


def _differs(db: Session, draft: Draft) -> tuple[diffs.Line, ...]:
    """Compare a draft with what readers see now."""
    there = lists.published_revisions(db, draft.kind, draft.slug)
    before = there[0].document if there else {}
    return diffs.lines(_unreviewed(before), _unreviewed(draft.document))


def _unreviewed(document: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name != "review"}


def _me(db: Session) -> Person | None:
    """Give the name that this member approved with last."""
    return lists.reviewer(db, desk.who())


def _moment(text: str) -> datetime | None:
    """Read a moment on the shop's clock; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is not None or found.year not in YEARS:
        return None
    return found.replace(tzinfo=ZoneInfo(web.settings().timezone)).astimezone(UTC)
