"""The cheapest way through a closed gate, as a letter offers it."""

from sqlalchemy.orm import Session

from routines.access.decide import Decision
from routines.access.ways import priced
from routines.library import cards
from routines.newsletter.subjects import Shelf, Subject
from storefront.public import NewsletterLink

ANCHOR = "#gate"


def way_in(
    db: Session, subject: Subject, decision: Decision, shop: Shelf
) -> list[NewsletterLink]:
    """Lead to where the cheapest way begins, with its price; what cannot be gone today is not offered."""
    if subject.gate is None:
        return []
    page = cards.address(subject.kind, subject.slug) + ANCHOR
    found = priced(db, decision, subject.gate, page, shop.listings).ways_to_open[:1]
    return [NewsletterLink(way.text, way.url) for way in found]
