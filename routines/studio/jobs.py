"""What the worker does for the studio: it publishes what has its moment, once."""

import logging
from datetime import datetime

from routines.studio import reviewing
from storefront.public import session, transaction

log = logging.getLogger(__name__)


def publish_scheduled(now: datetime) -> dict[str, int]:
    """Publish each draft whose moment has come, in a transaction of its own.

    A draft that cannot be published for a reason of its own is logged and keeps no other waiting.
    """
    told = {"published": 0, "failed": 0, "skipped": 0}
    for draft_id in list(reviewing.due(session(), now)):
        try:
            with transaction() as db:
                outcome = reviewing.publish_due(db, draft_id, now)
        except Exception:  # whatever is in one draft, the others are published
            log.exception("draft %s could not be published", draft_id)
            outcome = "failed"
        told[outcome] += 1
    return told
