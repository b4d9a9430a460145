"""All that another package may use of the shop."""

from storefront import clock, guards, list_page, mail, money, outbox, tokens, web
from storefront.api import spec as api
from storefront.backoffice import attention as desk_attention
from storefront.backoffice import desk
from storefront.cart.parts import cart_components
from storefront.catalog.listing import Picture, ProductListing, VariantListing
from storefront.catalog.models import Component
from storefront.catalog.pages import listings_for_components, listings_for_skus
from storefront.catalog.pictures import everything as all_pictures
from storefront.catalog.pictures import picture_file, pictures
from storefront.customers.service import canonical_email, mark_verified, newsletter_opened
from storefront.customers.visitor import HostUser, Visitor
from storefront.database import (
    Base,
    after_commit,
    content_revision,
    raise_content_revision,
    session,
    transaction,
)
from storefront.documents import typeset
from storefront.errors import Forbidden, Invalid, LinkExpired, Locked, NotFound, ShopError
from storefront.hooks import (
    DeskLink,
    DeskPlace,
    FirstSession,
    Job,
    MenuItem,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    SearchDocument,
    hookimpl,
)
from storefront.inserts import insert_once
from storefront.list_page import Link
from storefront.newsletter.consent import ADDRESS_ONLY, NEWSLETTER
from storefront.newsletter.devices import remember as remember_address
from storefront.newsletter.panel import WaitingPanel, waiting_panel
from storefront.newsletter.service import is_confirmed as reads_newsletter
from storefront.newsletter.service import is_suppressed
from storefront.newsletter.service import waiting as waiting_signup
from storefront.orders.service import owned_components
from storefront.search.service import reindex
from storefront.settings import Settings
from storefront.staff import audit as audit_log
from storefront.staff.roles import AUTHORS, Rule
from storefront.text import markdown
from storefront.tokens import Signer

__all__ = [
    "ADDRESS_ONLY", "AUTHORS", "NEWSLETTER", "Base", "Component", "DeskLink", "DeskPlace", "FirstSession",
    "Forbidden", "HostUser", "Invalid", "Job", "Link", "LinkExpired", "Locked", "MenuItem", "NotFound",
    "PackedGoods", "PackingNote", "PageSection", "Picture", "ProductFacet", "ProductListing", "Rule", "SearchDocument", "Settings",
    "ShopError", "Signer", "VariantListing", "Visitor", "WaitingPanel", "after_commit", "all_pictures", "api",
    "audit_log", "canonical_email", "cart_components", "clock", "content_revision", "desk", "desk_attention",
    "guards", "hookimpl", "insert_once", "is_suppressed", "list_page", "listings_for_components",
    "listings_for_skus", "mail", "mark_verified", "markdown", "money", "newsletter_opened", "outbox",
    "owned_components", "picture_file", "pictures", "raise_content_revision", "reads_newsletter", "reindex",
    "remember_address", "session", "tokens", "transaction", "typeset", "waiting_panel", "waiting_signup", "web",
]  # fmt: skip
