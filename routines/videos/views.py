"""Grants for gated videos, and the one address under which their bytes leave the house."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from routines.videos import files, gate, grants, service
from storefront.public import Invalid, Locked, clock, guards, session, web

blueprint: Blueprint = web.blueprint("videos", __name__)

GRANTS_LIMIT = "120/hour"


@blueprint.post("/api/v1/media/grants")
def make_grant() -> AnyResponse:
    """Give a video's addresses to whom the gate opens it; a player renews them here."""
    db, visitor = session(), web.visitor()
    web.limit("media_grants", GRANTS_LIMIT, visitor.email or visitor.client)
    asset = service.find(db, _video(guards.json_body(request, web.settings())))
    decision = service.decision(db, asset, visitor, web.settings(), clock.now())
    if not decision.allowed:
        raise Locked(decision.reason, ways_to_open=list(decision.ways_to_open))
    response = jsonify(asdict(gate.grant(asset, decision)) | {"why": decision.reason})
    response.status_code = 201
    return response


@blueprint.get("/gated/<grant>/<video>/<name>")
def gated(grant: str, video: str, name: str) -> AnyResponse:
    """Send a file of the video that the grant names; the path is only compared, never opened."""
    held = grants.read(web.shop().signer, grant)
    viewer = grants.fingerprint(web.visitor().email)
    if not grants.holds(held, video=video, viewer=viewer, now=clock.now()):
        return _closed(video)
    asset = service.find(session(), video)
    if name not in {asset.file, asset.captions}:
        return _closed(video)
    return files.deliver(web.settings(), name)


def _video(body: object) -> str:
    slug = body.get("video") if isinstance(body, dict) else None
    if not isinstance(slug, str):
        message = "Name the video."
        raise Invalid(message, fields={"video": message})
    return slug


def _closed(video: str) -> Response:
    """Say how to open a video whose address does not work."""
    if web.wants_json():
        message = "This address has expired or was made for somebody else. Ask for a new grant."
        raise Locked(message)
    return web.page(
        "routines/gate_closed.html", 403, routine=service.routine_of(session(), video)
    )
