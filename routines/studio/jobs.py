"""What the worker does for the studio: it publishes what has its moment, once."""

from datetime import datetime

from routines.studio import reviewing
from storefront.public import session, transaction


def publish_scheduled(now: datetime) -> dict[str, int]:
    """Publish each draft whose moment has come, in a transaction of its own."""
    told = {"published": 0, "failed": 0, "skipped": 0}
    for draft_id in list(reviewing.due(session(), now)):
        with transaction() as db:
            told[reviewing.publish_due(db, draft_id, now)] += 1
    return told
