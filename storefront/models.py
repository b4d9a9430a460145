"""Every table of the shop, so that the metadata is whole wherever this is imported."""

from storefront import database, outbox, sent_log
from storefront.aftersales import models as aftersales
from storefront.aftersales import recall_models as recalls
from storefront.api import models as api
from storefront.bounces import models as bounces
from storefront.cart import models as cart
from storefront.catalog import models as catalog
from storefront.customers import models as customers
from storefront.dispatch import models as dispatch
from storefront.documents import models as documents
from storefront.health import models as health
from storefront.issues import models as issues
from storefront.memberships import models as memberships
from storefront.newsletter import models as newsletter
from storefront.orders import models as orders
from storefront.ownership import models as ownership
from storefront.pages import models as pages
from storefront.payments import models as payments
from storefront.pricing import models as pricing
from storefront.search import models as search
from storefront.staff import models as staff
from storefront.stock import models as stock

ROOMS = (
    aftersales,
    api,
    bounces,
    cart,
    catalog,
    customers,
    database,
    dispatch,
    documents,
    health,
    issues,
    memberships,
    newsletter,
    orders,
    outbox,
    ownership,
    pages,
    payments,
    recalls,
    pricing,
    search,
    sent_log,
    staff,
    stock,
)
