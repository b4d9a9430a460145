"""All that another package may use of the shop."""

from storefront import clock, guards, money, web
from storefront.catalog.listing import Picture, ProductListing, VariantListing
from storefront.customers.service import canonical_email
from storefront.customers.visitor import HostUser, Visitor
from storefront.database import (
    Base,
    after_commit,
    content_revision,
    raise_content_revision,
    session,
    transaction,
)
from storefront.errors import Invalid, Locked, NotFound, ShopError
from storefront.hooks import MenuItem, PageSection, SearchDocument, hookimpl
from storefront.text import markdown

__all__ = [
    "Base", "HostUser", "Invalid", "Locked", "MenuItem", "NotFound", "PageSection", "Picture",
    "ProductListing", "SearchDocument", "ShopError", "VariantListing", "Visitor", "after_commit",
    "canonical_email", "clock", "content_revision", "guards", "hookimpl",
    "markdown", "money",
    "raise_content_revision", "session", "transaction", "web",
]  # fmt: skip
