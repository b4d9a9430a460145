"""Mail that came back, in the backoffice: what it was, why an address is stopped, and letting it go again."""

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, wording
from storefront.bounces import service
from storefront.bounces.models import Bounce
from storefront.customers.service import canonical_email
from storefront.errors import Invalid
from storefront.newsletter import service as newsletter
from storefront.newsletter import suppression

blueprint: Blueprint = desk.room("bounces", __name__)

PLACE = "/backoffice/bounces"
KINDS = {
    "hard": ("no such address", "bad"), "soft": ("for now", "warn"), "complaint": ("complaint", "bad"),
    "auto_reply": ("automatic answer", "plain"), "unknown": ("not understood", "plain"),
}  # fmt: skip
REASONS = {
    "complaint": "reported as unwanted", "hard_bounce": "there is no such address",
    "soft_bounces": "came back again and again", "erased": "asked to be erased", "manual": "by hand",
}  # fmt: skip
SCOPES = {
    "all": "every letter, codes to sign in and receipts too",
    "marketing": "newsletters and the like",
}


@blueprint.get(PLACE)
def page() -> Response:
    """List what came back of late, or all about one address with why it is stopped."""
    typed, problem, email = request.args.get("email", ""), None, ""
    try:
        email = canonical_email(typed) if typed else ""
    except Invalid as error:
        problem = error
    db = database.session()
    held = suppression.reasons(db, email, web.settings()) if email else []
    return desk.page(
        "backoffice/bounces.html", 422 if problem else 200, typed=typed, email=email, problem=problem,
        rows=[_row(one) for one in service.latest(db, email=email)],
        held=[f"{REASONS.get(one['reason'], one['reason'])} ({SCOPES[one['scope']]}), since {one['since']}, by {one['source']}" for one in held],
    )  # fmt: skip


@blueprint.post(PLACE)
def release() -> AnyResponse:
    """Let an address be written to again; nobody joins a newsletter by it."""
    email = canonical_email(request.form.get("email", ""))
    with database.transaction() as db:
        was = newsletter.release(
            db, email, by=desk.who(), now=clock.now(), settings=web.settings()
        )
        service.forgive(db, email)
        desk.audit(db, "suppression.released", email, was_held=was)
    told = "Letters may be sent there again." if was else "Nothing held this address."
    return web.go(url_for(".page", email=email), notice=told)


def _row(one: Bounce) -> dict[str, object]:
    return {
        "email": one.email or "unknown", "url": url_for(".page", email=one.email) if one.email else "",
        "kind": KINDS[one.kind], "status": one.status_code, "source": one.source,
        "at": wording.moment(one.at),
    }  # fmt: skip
