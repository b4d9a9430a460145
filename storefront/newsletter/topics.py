"""The topics that readers may say to care about: plugins bring them."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from storefront import web


def offered(db: Session) -> list[tuple[str, str]]:
    """List topics with their labels, in order."""
    return web.shop().hooks.newsletter_topics(db)


def known(db: Session, chosen: Collection[str]) -> list[str]:
    """Keep those of the chosen topics that there are."""
    return [slug for slug, _label in offered(db) if slug in chosen] if chosen else []
