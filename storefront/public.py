"""All that another package may use of the shop."""

from storefront import (
    clock,
    events,
    feeds,
    guards,
    list_page,
    mail,
    money,
    outbox,
    resources,
    tokens,
    web,
)
from storefront.api import spec as api
from storefront.backoffice import attention as desk_attention
from storefront.backoffice import desk
from storefront.cart.parts import cart_components
from storefront.catalog.clips import Clip, all_clips, clips
from storefront.catalog.listing import Picture, ProductListing, VariantListing
from storefront.catalog.models import Component
from storefront.catalog.pages import listings_for_components, listings_for_skus
from storefront.catalog.pictures import everything as all_pictures
from storefront.catalog.pictures import picture_file, pictures
from storefront.customers import tools as customer_tools
from storefront.customers.service import canonical_email, mark_verified
from storefront.customers.visitor import HostUser, Visitor
from storefront.database import (
    Base,
    after_commit,
    content_revision,
    raise_content_revision,
    session,
    take_turns,
    transaction,
)
from storefront.documents import typeset
from storefront.errors import Forbidden, Invalid, LinkExpired, Locked, NotFound, ShopError
from storefront.held import Holding
from storefront.held import by as held_by
from storefront.hooks import (
    DeskLink,
    DeskPlace,
    FirstSession,
    Job,
    MenuItem,
    NewsletterBlock,
    NewsletterItem,
    NewsletterLink,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    ReaderFacts,
    SearchDocument,
    hookimpl,
)
from storefront.inserts import insert_once
from storefront.list_page import Link
from storefront.media import objects
from storefront.memberships.rules import Standing
from storefront.memberships.service import is_member_clause, members, plans, standing
from storefront.newsletter.consent import ADDRESS_ONLY, NEWSLETTER
from storefront.newsletter.devices import remember as remember_address
from storefront.newsletter.panel import WaitingPanel, waiting_panel
from storefront.newsletter.reading import of as reading_of
from storefront.newsletter.service import is_suppressed
from storefront.newsletter.service import waiting as waiting_signup
from storefront.ownership.service import owned_by, owned_components, owned_until
from storefront.search.service import reindex
from storefront.settings import Settings
from storefront.staff import audit as audit_log
from storefront.staff.roles import AUTHORS, Rule
from storefront.text import markdown
from storefront.tokens import Signer

__all__ = [
    "ADDRESS_ONLY", "AUTHORS", "NEWSLETTER", "Base", "Clip", "Component", "DeskLink", "DeskPlace",
    "FirstSession", "Forbidden", "Holding", "HostUser", "Invalid", "Job", "Link", "LinkExpired", "Locked",
    "MenuItem", "NewsletterBlock", "NewsletterItem", "NewsletterLink", "NotFound", "PackedGoods",
    "PackingNote", "PageSection", "Picture", "ProductFacet", "ProductListing", "ReaderFacts", "Rule",
    "SearchDocument", "Settings", "ShopError", "Signer", "Standing", "VariantListing", "Visitor",
    "WaitingPanel", "after_commit", "all_clips", "all_pictures", "api", "audit_log", "canonical_email",
    "cart_components", "clips", "clock", "content_revision", "customer_tools", "desk", "desk_attention",
    "events", "feeds", "guards", "held_by", "hookimpl", "insert_once", "is_member_clause", "is_suppressed",
    "list_page", "listings_for_components", "listings_for_skus", "mail", "mark_verified", "markdown",
    "members", "money", "objects", "outbox", "owned_by", "owned_components",
    "owned_until", "picture_file", "pictures", "plans", "raise_content_revision", "reading_of",
    "reindex", "remember_address", "resources", "session", "standing", "take_turns", "tokens", "transaction", "typeset",
    "waiting_panel", "waiting_signup", "web",
]  # fmt: skip
