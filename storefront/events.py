"""News of the shop, sent after the commit that made it true; connect with weak=False."""

from blinker import Namespace

signals = Namespace()

order_paid = signals.signal("order_paid", "An order was paid; kwargs: order_number (str).")
order_refunded = signals.signal(
    "order_refunded",
    "Money went back; kwargs: order_number (str), refund (str, its reference).",
)
order_shipped = signals.signal(
    "order_shipped", "A parcel left; kwargs: order_number (str), shipment_id (int)."
)
address_proven = signals.signal(
    "address_proven",
    "An address was proven on a device; kwargs: email (str), response (the answer to it).",
)
subscriber_confirmed = signals.signal(
    "subscriber_confirmed", "An address joined the newsletter; kwargs: email (str)."
)
