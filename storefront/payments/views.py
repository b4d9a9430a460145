"""Where Stripe tells us what happened; other sites post here, and the signature is the proof."""

from flask import Response, request

from storefront import web
from storefront.errors import BadSignature
from storefront.payments import health, webhook

blueprint = web.blueprint("payments", __name__)


@blueprint.post("/payments/webhook")
@web.from_other_sites
def receive_event() -> Response:
    """Record an event and do what it hints at; 2xx means that it is recorded."""
    gateway = web.shop().gateway
    body, signature = (
        request.get_data(cache=True),
        request.headers.get("Stripe-Signature", ""),
    )
    try:
        hint = gateway.parse_webhook(body, signature)
    except BadSignature:
        health.note_bad_signature()
        raise
    webhook.receive(hint, gateway, web.settings())
    return Response(status=204)
