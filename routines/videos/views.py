"""Grants for gated videos, and the one address under which their bytes leave the house."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from routines.videos import files, gate, grants, service
from storefront.public import Locked, api, clock, session, web

blueprint: Blueprint = web.blueprint("videos", __name__)

GRANTS_LIMIT = "120/hour"


class GrantWish(api.Answer):
    """The slug of a video."""

    video: str


class GrantAnswer(api.Answer):
    """The paths of a video's files, until when they work, and why they are open."""

    url: str
    captions_url: str
    expires_at: str
    why: str


@blueprint.post("/api/v1/media/grants")
@api.operation(
    api.Operation(
        "Open a gated video", GrantAnswer, 201, body=GrantWish, problems=(403, 404, 413)
    )
)
def make_grant() -> AnyResponse:
    """Give a video's addresses to whom the gate opens it; a player renews them here.

    Raises:
        NotFound: there is no such video.
        Locked: the gate stays closed.
    """
    db, visitor = session(), web.visitor()
    web.limit("media_grants", GRANTS_LIMIT, visitor.email or visitor.client)
    asset = service.find(db, api.read(GrantWish).video)
    decision = service.decision(db, asset, visitor, web.settings(), clock.now())
    if not decision.allowed:
        raise Locked(decision.reason, ways_to_open=list(decision.ways_to_open))
    granted = gate.grant(asset, decision)
    answer = GrantAnswer(
        url=granted.url, captions_url=granted.captions_url, expires_at=granted.expires_at,
        why=decision.reason,
    )  # fmt: skip
    return api.send(answer, 201)


@blueprint.get("/gated/<grant>/<video>/<name>")
def gated(grant: str, video: str, name: str) -> AnyResponse:
    """Send a file of the video that the grant names; the path is only compared, never opened."""
    held = grants.read(web.shop().signer, grant)
    viewer = grants.fingerprint_of(web.visitor())
    if not grants.holds(held, video=video, viewer=viewer, now=clock.now()):
        return _closed(video)
    asset = service.find(session(), video)
    if name not in {asset.file, asset.captions}:
        return _closed(video)
    return files.deliver(web.settings(), name)


def _closed(video: str) -> Response:
    """Say how to open a video whose address does not work."""
    if web.wants_json():
        message = "This address has expired or was made for somebody else. Ask for a new grant."
        raise Locked(message)
    routine = service.routine_of(session(), video)
    return web.page("routines/gate_closed.html", 403, routine=routine, page_url="")
