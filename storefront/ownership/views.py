"""Taking the tool that a code stands for, and giving it away; looking takes nothing, a button acts.

An address never holds a code, since addresses are logged and remembered: a QR code has it behind "#",
which a browser keeps to itself, and a script puts it into the form that asks for it.
"""

from collections.abc import Sequence

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.catalog.models import Component
from storefront.errors import NotFound
from storefront.newsletter.consent import ADDRESS_ONLY
from storefront.orders import opening
from storefront.ownership import claims
from storefront.ownership.models import ClaimCode

blueprint = web.blueprint("claims", __name__)
blueprint.after_request(web.without_referrer)

HELD = "storefront_claim"  # the code on a device whose address is still to be proven
HELD_SECONDS = 86_400


@blueprint.get("/claim")
def page() -> Response:
    """Ask for a code, or show what the one opens that this device brought along."""
    held = web.read_cookie(HELD)
    return _shown(held, is_held=True) if isinstance(held, str) else _asked()


@blueprint.post("/claim/look")
def look() -> Response:
    """Show what a code from a box opens; nothing is taken yet."""
    _count()
    return _shown(request.form.get("code", ""))


@blueprint.post("/claim")
def claim() -> AnyResponse:
    """Own what a code stands for; a device without a proven address keeps the code and proves one."""
    _count()
    code, proven = request.form.get("code", ""), opening.owner_of(web.visitor())
    try:
        if not proven:
            claims.find(database.session(), code)
            response = web.go(url_for(".page"))
            web.set_cookie(response, HELD, claims.spelt(code), HELD_SECONDS, below="/claim")
            return response
        with database.transaction() as db:
            claims.claim(db, code, proven, clock.now())
    except NotFound as problem:
        return _refused(problem)
    response = web.go(url_for(".mine"), notice="It is yours now. What it opens is open.")
    web.drop_cookie(response, HELD, below="/claim")
    return response


@blueprint.get("/claims")
def mine() -> Response:
    """List what this address has claimed."""
    return _mine()


@blueprint.post("/claims/<int(max=2147483647):code_id>/give")
def give(code_id: int) -> Response:
    """Make the code by which something claimed is given away, and show it this once."""
    _count()
    with database.transaction() as db:
        code = claims.hand_on(db, code_id, opening.owner_of(web.visitor()))
    return _mine(given=code)


@blueprint.post("/claims/<int(max=2147483647):code_id>/keep")
def keep(code_id: int) -> AnyResponse:
    """Keep after all what was to be given away."""
    with database.transaction() as db:
        claims.keep(db, code_id, opening.owner_of(web.visitor()))
    return web.go(url_for(".mine"), notice="You keep it. The code opens nothing any more.")


def link(code: str) -> str:
    """Give the whole address of a code, for a QR code or a message."""
    settings = web.settings()
    return claims.address(code, settings)


def _count() -> None:
    web.limit("claim_client", web.settings().limit_claim_client, web.client_address())


def _shown(code: str, *, is_held: bool = False) -> Response:
    try:
        row = claims.find(database.session(), code)
    except NotFound as problem:
        return _refused(problem)
    return web.page(
        "storefront/claim.html", code=claims.spelt(code), names=names(database.session(), [row])[row.id],
        proven=opening.owner_of(web.visitor()), address_text=ADDRESS_ONLY, problem=None,
        held=is_held,
    )  # fmt: skip


def _asked(problem: NotFound | None = None) -> Response:
    status = problem.status if problem else 200
    return web.page("storefront/claim.html", status, code="", names=[], problem=problem)


def _refused(problem: NotFound) -> Response:
    """Answer wrong, taken and revoked codes alike, and let go of one that the device holds."""
    response = _asked(problem)
    web.drop_cookie(response, HELD, below="/claim")
    return response


def _mine(given: str = "") -> Response:
    db, proven = database.session(), opening.owner_of(web.visitor())
    rows = claims.claimed_by(db, proven) if proven else []
    named = names(db, rows)
    found = [
        {
            "id": row.id,
            "names": named[row.id],
            "is_given": row.transfer_fingerprint is not None,
        }
        for row in rows
    ]
    return web.page(
        "storefront/claims.html", proven=proven, found=found, given=given,
        given_url=link(given) if given else "",
    )  # fmt: skip


def names(db: Session, rows: Sequence[ClaimCode]) -> dict[int, list[str]]:
    """Name the components that codes stand for, by the codes' numbers, in one statement."""
    slugs = {slug for row in rows for slug in row.components}
    wanted = select(Component.slug, Component.name).where(Component.slug.in_(slugs))
    known: dict[str, str] = dict(db.execute(wanted).all()) if slugs else {}
    return {row.id: sorted(known.get(slug, slug) for slug in row.components) for row in rows}
