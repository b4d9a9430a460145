"""Every blueprint of the backoffice; the extension hangs them in the app."""

from storefront.backoffice.audit_log import blueprint as audit_log
from storefront.backoffice.fresh import blueprint as fresh
from storefront.backoffice.gift_cards import blueprint as gift_cards
from storefront.backoffice.health import blueprint as health
from storefront.backoffice.home import blueprint as home
from storefront.backoffice.me import blueprint as me
from storefront.backoffice.members import blueprint as members
from storefront.backoffice.money import blueprint as money
from storefront.backoffice.orders import blueprint as orders
from storefront.backoffice.passkeys import blueprint as passkeys
from storefront.backoffice.price_lists import blueprint as price_lists
from storefront.backoffice.products import blueprint as products
from storefront.backoffice.promotions import blueprint as promotions
from storefront.backoffice.rates import blueprint as rates
from storefront.backoffice.recalls import blueprint as recalls
from storefront.backoffice.returns import blueprint as returns
from storefront.backoffice.shipping import blueprint as shipping
from storefront.backoffice.sign_in import blueprint as sign_in
from storefront.backoffice.stock import blueprint as stock
from storefront.backoffice.variants import blueprint as variants
from storefront.backoffice.withdrawals import blueprint as withdrawals

ROOMS = (
    audit_log,
    fresh,
    gift_cards,
    health,
    home,
    me,
    members,
    money,
    orders,
    passkeys,
    recalls,
    price_lists,
    products,
    promotions,
    rates,
    returns,
    shipping,
    sign_in,
    stock,
    variants,
    withdrawals,
)
