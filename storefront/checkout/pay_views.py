"""The way to pay an order after all."""

from flask import request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.aftersales import pages
from storefront.checkout import flow, limits, pay_later
from storefront.checkout.views import site
from storefront.errors import CodeUsed, Invalid, SoldOut, TooMany, TooManyHeld, Unavailable
from storefront.orders.service import find_for_buyer
from storefront.orders.states import BOUGHT_ORDERS

blueprint = web.blueprint("checkout_pay", __name__)
blueprint.after_request(web.without_referrer)


@blueprint.post("/orders/<number>/pay")
def pay(number: str) -> AnyResponse:
    """Lead to the pay page of an order, a new one if the last was closed; pressing twice opens one."""
    key = request.form.get("key", "")
    order = find_for_buyer(database.session(), number, key)
    if order.state in BOUGHT_ORDERS | {"processing", "needs_attention"}:
        path = url_for("storefront_orders.order_page", number=number, key=key)
        return web.go(path)
    try:
        limits.press()
        place = limits.counted(lambda db: pay_later.place_again(db, number, key, site()))
        started = flow.start(place, web.shop().gateway, web.settings())
    except (
        Invalid, SoldOut, CodeUsed, TooMany, TooManyHeld, Unavailable,
    ) as problem:  # fmt: skip
        order = find_for_buyer(database.session(), number, key)
        return pages.order_page(order, problem=problem)
    return web.go(started.url)
