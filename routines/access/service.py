"""Gather what is proven about a visitor, for the gate to decide on."""

from sqlalchemy.orm import Session

from routines.access.decide import Viewer
from storefront.public import Visitor, newsletter_opened, owned_components, reads_newsletter


def viewer(db: Session, visitor: Visitor, *, keep_after_leaving: bool) -> Viewer:
    """Look up what an address opens; a stranger costs no statement.

    What was bought counts only for an address that was proven on this very device, not for
    one that was confirmed elsewhere on its behalf.
    """
    email = visitor.email
    if email is None:
        return Viewer(is_staff=visitor.is_staff)
    reads = reads_newsletter(db, email)
    is_proven = visitor.email_scope == "verified"
    return Viewer(
        email=email,
        reads_newsletter=reads,
        kept_newsletter=not reads and keep_after_leaving and newsletter_opened(db, email),
        owned=owned_components(db, email) if is_proven else frozenset(),
        is_staff=visitor.is_staff,
    )
