"""The office of the app that runs; also without a request, as in a worker or a command."""

from flask import current_app
from sqlalchemy import Select
from sqlalchemy.orm import Session

from storefront import web
from storefront.catalog.pictures import everything
from storefront.issues.audience import audience
from storefront.issues.edition import Edition
from storefront.issues.models import Issue
from storefront.issues.office import LetterPicture, Office
from storefront.newsletter import links

WIDTH = 480  # pixels of a letter's pictures
ARCHIVE = "storefront_issues.issue_page"


def office() -> Office:
    """Give what issues need from outside."""
    return Office(
        settings=web.settings(), jinja=current_app.jinja_env, hooks=web.shop().hooks,
        absolute=web.absolute, picture=picture, archive_url=archive_url,
        leave_url=links.many_leave_urls(), preferences_url=links.many_preferences_urls(),
    )  # fmt: skip


def archive_url(slug: str) -> str:
    """Give the address of an issue in the archive."""
    return web.absolute(web.path_for(ARCHIVE, slug=slug))


def picture(name: str) -> LetterPicture | None:
    """Give the smallest file that is wide enough; drawings stay out, since mail programs show none."""
    found = everything().get(name)
    if found is None or "svg" in found.formats:
        return None
    width = min((one for one in found.widths if one >= WIDTH), default=max(found.widths))
    path = web.path_for("storefront_media.media", name=f"{found.name}-{width}.jpg")
    height = round(WIDTH * found.height / found.width)
    return LetterPicture(web.absolute(path), path, found.alt, height)


def edition_of(db: Session, issue_id: int) -> Edition:
    """Give the edition of an issue, as whoever sends it asks for it.

    Raises:
        NotFound: there is no such issue.
    """
    return Edition.of(db, issue_id, office())


def audience_of(db: Session, issue: Issue) -> Select[int]:
    """Select whom an issue goes to, as whoever prepares it asks for it.

    Raises:
        NotFound: its segment is gone.
        Invalid: its segment has a condition that nobody answers any more.
    """
    return audience(db, issue, office())
