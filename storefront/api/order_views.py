"""The API's checkout and orders; nothing here reads a cookie."""

from flask import Response, request
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.aftersales import shipments
from storefront.api import orders, spec
from storefront.api.order_schemas import CheckoutAnswer, CheckoutWish, OrderAnswer
from storefront.api.spec import Operation, operation
from storefront.checkout import flow, limits, service
from storefront.checkout.views import site
from storefront.errors import CodeUsed, Invalid, SoldOut
from storefront.orders.service import find_for_buyer
from storefront.payments.models import PaymentAttempt
from storefront.pricing.codes import spelt

blueprint = web.blueprint("api_orders", __name__)

KEY = {"type": "string", "maxLength": orders.LONGEST_KEY}


@blueprint.post("/api/v1/checkout")
@web.from_other_sites
@operation(
    Operation(
        "Place an order", CheckoutAnswer, 201, body=CheckoutWish, problems=(409, 413),
        headers={"Idempotency-Key": KEY},
    )
)  # fmt: skip
def checkout() -> Response:
    """Place an order and open its pay page; the same key and body place one order."""
    limits.press()
    key, wish = orders.key_of(request.headers.get("Idempotency-Key")), _wish()
    body = orders.digest(wish)
    before = orders.answered(database.session(), key, body)
    if before is not None:
        return spec.send(CheckoutAnswer.model_validate(before), 201)

    def place(db: Session) -> PaymentAttempt:
        return orders.place_once(db, key, body, lambda inside: _place(inside, wish))

    try:
        started = flow.start(limits.counted(place), web.shop().gateway, web.settings())
    except (SoldOut, CodeUsed, Invalid) as refused:
        raise orders.with_problems(refused) from refused
    answer = CheckoutAnswer.of(started)
    with database.transaction() as db:
        orders.keep(db, key, answer.model_dump())
    return spec.send(answer, 201)


@blueprint.get("/api/v1/orders/<number>")
@operation(
    Operation(
        "Show an order", OrderAnswer, query={"key": spec.TEXT}, required=("key",),
        problems=(404,),
    )
)  # fmt: skip
def order(number: str) -> Response:
    """Tell what has become of an order, to whoever holds its key."""
    if "key" not in request.args:
        message = "Send the order's key."
        raise Invalid(message, fields={"key": message})
    db = database.session()
    found = find_for_buyer(db, number, request.args["key"])
    parcels = shipments.of(db, found)
    return spec.send(OrderAnswer.of(found, orders.fulfilments(db, found), parcels))


def _wish() -> CheckoutWish:
    return spec.read(CheckoutWish)


def _place(db: Session, wish: CheckoutWish) -> PaymentAttempt:
    return service.place_order(
        db, wish.bought(), wish.details(), site(),
        expected_total_minor=wish.expected_total_minor,
        codes=[spelt(wish.code)] if wish.code else (), every_code=True,
    )  # fmt: skip
