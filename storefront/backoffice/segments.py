"""Segments: saved choices of readers, built condition by condition, counted while they are built."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, fields, segment_form
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid
from storefront.issues import audience, links, segment_changes, segments
from storefront.issues.models import Segment

blueprint: Blueprint = desk.room("segments", __name__)

LIST = "/backoffice/newsletter/segments"
ONE = f"{LIST}/<slug>"


@blueprint.get(LIST)
def page() -> Response:
    """List the segments."""
    found = segment_changes.everything(database.session())
    rows = [(each, segments.in_words(segments.read(each.rule))) for each in found]
    return desk.page("backoffice/segments.html", segments=rows)


@blueprint.get(f"{LIST}/new")
def new() -> Response:
    """Ask for a new segment."""
    return _page(None)


@blueprint.post(LIST)
def save() -> AnyResponse:
    """Save a segment, or only add a condition to it and count again."""
    form = Typed(request.form)
    slug = form.text("slug")
    try:
        rule = segment_form.rule(form)
        if form.text("wish") == "count":
            return _page(None, dict(form.sent) | {"rule": segment_form.as_text(rule)}, rule=rule)  # fmt: skip
        with database.transaction() as db:
            segment_changes.save(
                db, slug, form.text("name"), segments.written(rule), clock.now()
            )
            desk.audit(db, "segment.saved", slug)
    except Invalid as problem:
        return _page(None, dict(form.sent), problem)
    return web.go(url_for(".one", slug=slug), notice="It is saved.")


@blueprint.get(ONE)
def one(slug: str) -> Response:
    """Show a segment with its readers on each list."""
    return _page(segment_changes.find(database.session(), slug))


@blueprint.post(f"{ONE}/remove")
def remove(slug: str) -> AnyResponse:
    """Remove a segment that no issue goes to."""
    try:
        with database.transaction() as db:
            segment_changes.remove(db, slug)
            desk.audit(db, "segment.removed", slug)
    except Invalid as problem:
        return _page(segment_changes.find(database.session(), slug), None, problem)
    return web.go(url_for(".page"), notice="It is removed.")


def _page(
    segment: Segment | None, typed: dict[str, str] | None = None, problem: Invalid | None = None, *,
    rule: Any = None,
) -> Response:  # fmt: skip
    db, office = database.session(), links.office()
    saved = segments.read(segment.rule) if segment else None
    shown = rule or saved
    values = typed or (segment_form.values(segment) if segment else {})
    wrong = problem.fields if problem else {}
    choices = office.hooks.reader_choices(db)
    counts = segment_form.counts(db, shown, office) if shown else []
    return desk.page(
        "backoffice/segment.html", problem.status if problem else 200, problem=problem, wrong=wrong, segment=segment,
        fields=fields.filled(segment_form.ASKED, values, wrong), added=fields.filled(segment_form.added(choices), {}, wrong),
        words=segments.in_words(shown) if shown else "", counts=counts, most=audience.SAMPLES,
    )  # fmt: skip
