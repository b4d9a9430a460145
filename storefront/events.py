"""News of the shop, sent after the commit that made it true; connect with weak=False."""

from blinker import Namespace

signals = Namespace()

order_paid = signals.signal("order_paid", "An order was paid; kwargs: order_number (str).")
subscriber_confirmed = signals.signal(
    "subscriber_confirmed", "An address joined the newsletter; kwargs: email (str)."
)
