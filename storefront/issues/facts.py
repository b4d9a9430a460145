"""What is known of many readers at once: the tools they own, and whether they are members."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.answers import ReaderFacts
from storefront.memberships.service import members
from storefront.ownership.service import owned_by
from storefront.settings import Settings


def of_readers(
    db: Session, emails: Sequence[str], now: datetime, settings: Settings
) -> Mapping[str, ReaderFacts]:
    """Look up a whole batch in a handful of statements."""
    owned = owned_by(db, emails, now)
    paid = members(db, emails, now, settings)
    return {email: ReaderFacts(owned[email], email in paid, reads=True) for email in emails}
