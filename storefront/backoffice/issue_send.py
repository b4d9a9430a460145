"""Before an issue goes out: who gets which letter, what is wrong with it, a test, and the press that schedules it."""

from datetime import datetime

from flask import Blueprint, Response, current_app, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.answers import ReaderFacts
from storefront.backoffice import desk, fields, issue_words
from storefront.backoffice.fields import Field
from storefront.backoffice.issue import ONE
from storefront.backoffice.typed import Typed
from storefront.catalog.models import Component
from storefront.devmail.views import FRAME_CSP, LETTER_CSP
from storefront.errors import Invalid, NotFound
from storefront.issues import breakdown, checks, composing, inside, links, scheduling, testing
from storefront.issues.breakdown import Share
from storefront.issues.edition import Edition
from storefront.issues.frozen import NOBODY
from storefront.issues.models import Issue
from storefront.issues.variants import Variant

blueprint: Blueprint = desk.room("issue_send", __name__)

STOPPED = "Something stops this issue. Mend it, then schedule it."


@blueprint.get(f"{ONE}/check")
def check(issue_id: int) -> Response:
    """Show the variants with their counts, what was found, and the form that schedules."""
    return _page(issue_id)


@blueprint.get(f"{ONE}/letters/<key>")
def letter(issue_id: int, key: str) -> Response:
    """Show one letter as its readers get it: its HTML in a frame, its text below."""
    variant, edition, facts = _variant(issue_id, key)
    text = edition.rendered(variant).text.plain(_no_links())
    response = desk.page(
        "backoffice/issue_letter.html", issue=composing.find(database.session(), issue_id), variant=variant, key=key,
        text=text, facts=facts,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


@blueprint.get(f"{ONE}/letters/<key>/body")
def letter_body(issue_id: int, key: str) -> Response:
    """Give the HTML of one letter alone, where no script of it can run."""
    variant, edition, _ = _variant(issue_id, key)
    written = edition.rendered(variant).html.plain(_no_links())
    response = current_app.make_response(written)
    response.headers["Content-Security-Policy"] = f"{LETTER_CSP}; frame-ancestors 'self'"
    return response


@blueprint.post(f"{ONE}/test")
def test(issue_id: int) -> AnyResponse:
    """Send one letter to whoever asks."""
    variant, _, facts = _variant(issue_id, request.form.get("key", ""))
    with database.transaction() as db:
        issue = composing.find(db, issue_id)
        testing.ask(db, issue, desk.who(), facts)
        desk.audit(db, "issue.tested", issue.slug, variant=variant.name)
    return _back(issue_id, f"A test is on its way to {desk.who()}.")


@blueprint.post(f"{ONE}/schedule")
def schedule(issue_id: int) -> AnyResponse:
    """Freeze it and let it go out at a moment; what is stopped stays here."""
    form = Typed(request.form)
    send_at = form.moment("send_at") or (clock.now() if form.text("wish") == "now" else None)
    form.needs("send_at", send_at, "Enter when it goes out.")
    try:
        form.check()
        _refuse_what_is_stopped(issue_id)
        with database.transaction() as db:
            _schedule(db, issue_id, send_at or clock.now(), although_soon=form.is_ticked("although_soon"))  # fmt: skip
    except Invalid as problem:
        return _page(issue_id, dict(form.sent), problem)
    return web.go(web.path_for("storefront_backoffice_issue.one", issue_id=issue_id), notice="It is scheduled, and what it says is frozen.")  # fmt: skip


@blueprint.post(f"{ONE}/unschedule")
def unschedule(issue_id: int) -> AnyResponse:
    """Take it back to the desk."""
    with database.transaction() as db:
        issue = _held(db, issue_id)
        scheduling.unschedule(issue)
        desk.audit(db, "issue.unscheduled", issue.slug)
    return _back(issue_id, "It is a draft again.")


@blueprint.post(f"{ONE}/cancel")
def cancel(issue_id: int) -> AnyResponse:
    """Give it up."""
    with database.transaction() as db:
        issue = _held(db, issue_id)
        composing.cancel(issue)
        desk.audit(db, "issue.cancelled", issue.slug)
    return web.go(url_for("storefront_backoffice_newsletter.page"), notice="It is cancelled.")


def _schedule(db: Session, issue_id: int, send_at: datetime, *, although_soon: bool) -> None:
    issue = _held(db, issue_id)
    scheduling.schedule(
        db, issue, links.office(), send_at, clock.now(), although_soon=although_soon
    )
    desk.audit(db, "issue.scheduled", issue.slug, send_at=clock.written(send_at))


def _refuse_what_is_stopped(issue_id: int) -> None:
    db = database.session()
    issue = composing.find(db, issue_id)
    if issue.state == "draft" and _report(db, issue, _shares(db, issue)).is_stopped:
        raise Invalid(STOPPED)


def _held(db: Session, issue_id: int) -> Issue:
    issue = db.get(Issue, issue_id, with_for_update=True)
    if issue is None:
        raise NotFound
    return issue


def _page(
    issue_id: int, typed: dict[str, str] | None = None, problem: Invalid | None = None
) -> Response:
    db = database.session()
    issue = composing.find(db, issue_id)
    shares = _shares(db, issue)
    report = _report(db, issue, shares)
    asked = [Field("send_at", "Goes out", "moment", hint="On the shop's clock.")]
    warning = scheduling.too_soon(db, issue, clock.now())
    if warning:
        asked.append(Field("although_soon", "Send it although the last one is so near", "check", hint=warning))  # fmt: skip
    values = typed or {"send_at": fields.typed_moment(issue.send_at)}
    return desk.page(
        "backoffice/issue_check.html", problem.status if problem else 200, problem=problem, wrong=problem.fields if problem else {}, issue=issue,
        row=issue_words.row(issue, clock.now()), shares=shares, nobody=_nobody(db, issue), report=report, such_as=issue_words.such_as(_names(db)),
        levels=issue_words.LEVELS, fields=fields.filled(asked, values, problem.fields if problem else {}),
        may_schedule=issue.state == "draft" or scheduling.is_stale(issue, clock.now()),
    )  # fmt: skip


def _shares(db: Session, issue: Issue) -> list[Share]:
    edition = Edition.of(db, issue.id, links.office())
    return breakdown.shares(db, issue, edition, clock.now())


def _report(db: Session, issue: Issue, shares: list[Share]) -> checks.Report:
    facts = [share.facts for share in shares]
    return checks.look_over(db, issue, links.office(), inside.answers, facts)


def _names(db: Session) -> dict[str, str]:
    return dict(db.execute(select(Component.slug, Component.name)).all())


def _nobody(db: Session, issue: Issue) -> Variant:
    edition = Edition.of(db, issue.id, links.office())
    return edition.variants.of(db, [NOBODY])[NOBODY]


def _variant(issue_id: int, key: str) -> tuple[Variant, Edition, ReaderFacts]:
    """Find a variant by its key: of the readers of today, or of nobody in particular.

    Raises:
        NotFound: nobody gets such a letter.
    """
    db = database.session()
    edition = Edition.of(db, issue_id, links.office())
    nobody = edition.variants.of(db, [NOBODY])[NOBODY]
    if nobody.key == key:
        return nobody, edition, NOBODY
    issue = composing.find(db, issue_id)
    for share in breakdown.shares(db, issue, edition, clock.now()):
        if share.variant.key == key:
            return share.variant, edition, share.facts
    raise NotFound("Nobody gets this letter any more.")


def _no_links() -> dict[str, str]:
    """Stand in for a reader's own links, which nobody else should press."""
    url = web.absolute(web.path_for("storefront_newsletter.page"))
    return {"leave_url": url, "preferences_url": url}


def _back(issue_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".check", issue_id=issue_id), notice=notice)
