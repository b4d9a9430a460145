"""Health: whether everything around the shop is at work, and what has failed for good."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, outbox, web
from storefront.backoffice import condition, desk, wording
from storefront.errors import NotFound
from storefront.outbox import OutboxRow

blueprint: Blueprint = desk.room("health", __name__)


@blueprint.get("/backoffice/health")
def page() -> Response:
    """Show the condition of everything around the shop."""
    db = database.session()
    return desk.page(
        "backoffice/health.html",
        groups=condition.lines(db, clock.now()),
        failed=[_failed(row) for row in outbox.failed(db)],
    )


@blueprint.post("/backoffice/health/outbox/<int(max=2147483647):row_id>/retry")
def retry(row_id: int) -> AnyResponse:
    """Let the worker try a failed row again, as if it were new.

    Raises:
        NotFound: there is no such row that has failed.
    """
    with database.transaction() as db:
        if not outbox.retry(db, row_id, clock.now()):
            raise NotFound
        row = db.get_one(OutboxRow, row_id)
        desk.audit(db, "outbox.retried", f"{row.kind} {row.key}")
    return web.go(url_for(".page"), notice="It will be tried again in a moment.")


def _failed(row: OutboxRow) -> dict[str, object]:
    return {
        "id": row.id,
        "what": f"{row.kind} {row.key}",
        "tries": row.tries,
        "since": wording.moment(row.created_at),
        "error": (row.error or "")[:300],
    }
