"""What the worker does for plans: it forgets those that ended long ago."""

from datetime import datetime

from routines.plans import service
from storefront.public import transaction


def forget_ended(now: datetime) -> dict[str, int]:
    """Delete what ended a month ago, and tell how many plans that were."""
    with transaction() as db:
        return {"forgotten": service.forget(db, now)}
