"""Share links in the studio: made for a published routine's video, seen, and taken back."""

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from routines.access import shares
from routines.access.models import ShareLink
from routines.access.words import moment
from routines.library import service as library
from routines.studio.room import blueprint, page
from routines.videos import service as videos
from routines.videos.models import VideoAsset
from storefront.public import Invalid, NotFound, clock, desk, guards, session, transaction, web

ONE = "/studio/shares/<slug>"


@blueprint.get(ONE)
def share_list(slug: str) -> Response:
    """List the links to a routine's video."""
    return _page(slug)


@blueprint.post(ONE)
def share_make(slug: str) -> AnyResponse:
    """Make a link for some days."""
    try:
        with transaction() as db:
            asset = _video(db, slug)
            days = (
                guards.whole(request.form.get("days", ""), least=1, most=shares.MOST_DAYS) or 0
            )
            link = shares.make(
                db, shares.video_key(asset.slug), days=days, by=desk.who(), now=clock.now(),
                note=request.form.get("note", ""),
            )  # fmt: skip
            desk.audit(db, "share.made", slug, link=link.id, days=days)
    except Invalid as problem:
        return _page(slug, problem)
    return web.go(
        url_for(".share_list", slug=slug), notice="The link is made. Copy it from the list."
    )


@blueprint.post(f"{ONE}/<int(max=2147483647):link_id>/revoke")
def share_revoke(slug: str, link_id: int) -> AnyResponse:
    """Take a link back at once, also from devices that have opened it.

    Raises:
        NotFound: this video has no such link.
    """
    with transaction() as db:
        link = db.get(ShareLink, link_id)
        if link is None or link.resource != shares.video_key(_video(db, slug).slug):
            raise NotFound
        shares.revoke(link, clock.now())
        desk.audit(db, "share.revoked", slug, link=link.id)
    return web.go(url_for(".share_list", slug=slug), notice="The link opens nothing any more.")


def _page(slug: str, problem: Invalid | None = None) -> Response:
    db = session()
    asset, now = _video(db, slug), clock.now()
    found = shares.of_resource(db, shares.video_key(asset.slug))
    return page(
        "shares.html", problem.status if problem else 200, problem=problem, slug=slug, title=asset.title,
        links=[_row(link, shares.state(link, now)) for link in found], most=shares.MOST_DAYS,
        back_url=url_for("routines_library.routine_page", slug=slug),
    )  # fmt: skip


def _row(link: ShareLink, state: str) -> dict[str, Any]:
    zone, settings = web.settings().timezone, web.settings()
    token = shares.token(web.shop().signer, link)
    return {
        "id": link.id, "note": link.note, "by": link.made_by, "uses": link.uses, "state": state,
        "until": moment(link.expires_at, zone), "is_open": state == "open",
        "url": f"{settings.origin}{settings.url_prefix}/share/{token}" if state == "open" else "",
    }  # fmt: skip


def _video(db: Session, slug: str) -> VideoAsset:
    found = videos.of_entry(db, library.find_routine(db, slug).id)
    if found is None:
        raise NotFound
    return found[0]
