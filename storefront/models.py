"""Every table of the shop, so that the metadata is whole wherever this is imported."""

from storefront.api.models import ApiRequest
from storefront.cart.models import Cart, CartLine
from storefront.catalog.models import (
    Collection,
    Component,
    KitItem,
    Product,
    ProductCollection,
    Variant,
    VariantComponent,
)
from storefront.customers.models import VerifiedAddress
from storefront.database import Base, ContentRevision
from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.outbox import OutboxRow
from storefront.pages.models import InfoPage
from storefront.payments.models import Payment, PaymentAttempt, StripeEvent
from storefront.search.models import SearchEntry
from storefront.stock.models import StockHold, StockLevel, StockMove

__all__ = [
    "ApiRequest", "Base", "Cart", "CartLine", "Collection", "Component", "ConsentEvent", "ContentRevision",
    "Fulfilment", "InfoPage", "KitItem", "Order", "OrderLine", "OutboxRow", "Payment", "PaymentAttempt",
    "Product", "ProductCollection", "SearchEntry", "SignupRequest", "StockHold", "StockLevel", "StockMove",
    "StripeEvent", "Subscriber", "Variant", "VariantComponent", "VerifiedAddress",
]  # fmt: skip
