"""Every blueprint of the backoffice; the extension hangs them in the app."""

from storefront.backoffice.audit_log import blueprint as audit_log
from storefront.backoffice.bounces import blueprint as bounces
from storefront.backoffice.claims import blueprint as claims
from storefront.backoffice.fresh import blueprint as fresh
from storefront.backoffice.gift_cards import blueprint as gift_cards
from storefront.backoffice.health import blueprint as health
from storefront.backoffice.home import blueprint as home
from storefront.backoffice.issue import blueprint as issue
from storefront.backoffice.issue_send import blueprint as issue_send
from storefront.backoffice.me import blueprint as me
from storefront.backoffice.members import blueprint as members
from storefront.backoffice.memberships import blueprint as memberships
from storefront.backoffice.money import blueprint as money
from storefront.backoffice.newsletter import blueprint as newsletter
from storefront.backoffice.orders import blueprint as orders
from storefront.backoffice.passkeys import blueprint as passkeys
from storefront.backoffice.price_lists import blueprint as price_lists
from storefront.backoffice.products import blueprint as products
from storefront.backoffice.promotions import blueprint as promotions
from storefront.backoffice.rates import blueprint as rates
from storefront.backoffice.recalls import blueprint as recalls
from storefront.backoffice.returns import blueprint as returns
from storefront.backoffice.segments import blueprint as segments
from storefront.backoffice.sending import blueprint as sending
from storefront.backoffice.shipping import blueprint as shipping
from storefront.backoffice.sign_in import blueprint as sign_in
from storefront.backoffice.stock import blueprint as stock
from storefront.backoffice.variants import blueprint as variants
from storefront.backoffice.withdrawals import blueprint as withdrawals

ROOMS = (
    audit_log,
    bounces,
    claims,
    fresh,
    gift_cards,
    health,
    home,
    issue,
    issue_send,
    me,
    members,
    memberships,
    money,
    newsletter,
    orders,
    passkeys,
    recalls,
    price_lists,
    products,
    promotions,
    rates,
    returns,
    segments,
    sending,
    shipping,
    sign_in,
    stock,
    variants,
    withdrawals,
)
