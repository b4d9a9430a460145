"""All that another package may use of the shop."""

from storefront import clock, guards, money, web
from storefront.catalog.listing import Picture, ProductListing, VariantListing
from storefront.catalog.models import Component
from storefront.catalog.service import listings_for_components, listings_for_skus, pictures
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
from storefront.search.service import reindex
from storefront.text import markdown

__all__ = [
    "Base", "Component", "HostUser", "Invalid", "Locked", "MenuItem", "NotFound", "PageSection", "Picture",
    "ProductListing", "SearchDocument", "ShopError", "VariantListing", "Visitor", "after_commit",
    "canonical_email", "clock", "content_revision", "guards", "hookimpl",
    "listings_for_components", "listings_for_skus", "markdown", "money", "pictures",
    "raise_content_revision", "reindex", "session", "transaction", "web",
]  # fmt: skip
