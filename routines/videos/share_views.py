"""Links that open one video for a while: looking at one does nothing, its button lets a device in."""

from flask import Response, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from routines.access import shares
from routines.access.models import ShareLink
from routines.access.words import moment
from routines.videos import service
from storefront.public import NotFound, clock, session, tokens, transaction, web

blueprint = web.blueprint("shares", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.get("/share/<token>")
def page(token: str) -> Response:
    """Show what a link opens, and until when.

    Raises:
        LinkExpired: forged, revoked or expired.
        NotFound: what it opened is gone.
    """
    db = session()
    link = shares.find(db, web.shop().signer, token, clock.now())
    routine = _routine(db, link)
    return web.page(
        "routines/share.html", token=token, title=routine[1],
        until=moment(link.expires_at, web.settings().timezone),
    )  # fmt: skip


@blueprint.post("/share/<token>")
def open_it(token: str) -> AnyResponse:
    """Let this device in, and count it; nothing is kept of whom.

    Raises:
        LinkExpired: forged, revoked or expired.
        NotFound: what it opened is gone.
    """
    now, known = clock.now(), web.visitor().shares
    device = web.visitor().share_device or tokens.key()
    with transaction() as db:
        link = shares.find(db, web.shop().signer, token, now)
        slug, _title = _routine(db, link)
        if link.id not in known:
            shares.use(link, now)
        mine = sorted({*known, link.id})[-shares.MOST_ON_A_DEVICE :]
    response = web.go(url_for("routines_library.routine_page", slug=slug) + "#gate")
    web.set_cookie(response, web.SHARES, [device, *mine], shares.COOKIE_SECONDS)
    return response


def _routine(db: Session, link: ShareLink) -> tuple[str, str]:
    found = service.routine_of(db, link.resource.removeprefix(shares.VIDEO))
    if found is None:
        raise NotFound
    return found
