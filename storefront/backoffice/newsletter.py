"""Issues of the newsletters in the backoffice: the list, and a new one."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.backoffice import desk, issue_words
from storefront.issues import composing, links
from storefront.issues.models import Issue
from storefront.list_page import pages
from storefront.newsletter.models import NewsletterList

blueprint: Blueprint = desk.room("newsletter", __name__)

LIST = "/backoffice/newsletter"
EACH = 30


@blueprint.get(LIST)
def page() -> Response:
    """List issues, the newest first."""
    db, number = database.session(), guards.page_number(request)
    total = db.scalar(select(func.count()).select_from(Issue)) or 0
    newest = select(Issue).order_by(Issue.id.desc()).offset((number - 1) * EACH).limit(EACH)
    found = db.scalars(newest).all()
    lists = db.scalars(select(NewsletterList).order_by(NewsletterList.position)).all()
    return desk.page(
        "backoffice/newsletter.html", lists=lists, issues=[issue_words.row(one, clock.now()) for one in found],
        pages=pages(lambda n: url_for(".page", page=n), number=number, last=max(1, -(-total // EACH)),
                    shown=len(found), total=total),
    )  # fmt: skip


@blueprint.post(LIST)
def new() -> AnyResponse:
    """Make the issue of this period, or open the one that is there."""
    wanted = request.form.get("list", "")
    with database.transaction() as db:
        issue = composing.compose(db, wanted, links.office(), clock.now(), who=desk.who())
        desk.audit(db, "issue.composed", issue.slug)
        url = issue_words.url_of(issue)
    return web.go(url, notice="This is the issue of this period.")
