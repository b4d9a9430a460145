"""Stripe's prices, subscriptions and portal behind our port; the client is made by its owner."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from storefront.payments.gateway import GatewayRefused
from storefront.payments.stripe_facts import id_of, invoice_facts, subscription_facts
from storefront.payments.subscription_gateway import (
    InvoiceFacts,
    PlanChange,
    PriceFound,
    PriceWanted,
    SubscriptionFacts,
)

if TYPE_CHECKING:
    import stripe

WHOLE = {"expand": ["customer", "default_payment_method", "latest_invoice"]}
LATE = ("past_due", "unpaid", "incomplete")


class StripeSubscriptions:
    """What StripeGateway can do with subscriptions; see SubscriptionGateway for each call."""

    _client: "stripe.StripeClient"

    def _calling(self) -> AbstractContextManager[None]:
        """Hold a lane to Stripe and turn its errors into ours."""
        raise NotImplementedError

    def ensure_price(self, wanted: PriceWanted) -> PriceFound:
        """Find a price by its lookup key, or make one; Stripe's prices never change their amount.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: such a price is not taken.
        """
        with self._calling():
            known: Any = {"lookup_keys": [wanted.lookup_key], "active": True, "limit": 1}
            found = next(iter(self._client.v1.prices.list(known).data), None)
            if found is not None and _fits(found, wanted):
                return PriceFound(found.id, is_new=False)
            request = _price_request(wanted, id_of(found.product) if found else "")
            options: Any = {"idempotency_key": _price_key(request)}
            made = self._client.v1.prices.create(request, options)  # type: ignore[arg-type]
        return PriceFound(made.id, is_new=True)

    def read_subscription(self, subscription_id: str) -> SubscriptionFacts:
        """Read how a subscription stands.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is none of this name.
        """
        with self._calling():
            return self._read(subscription_id)

    def _read(self, subscription_id: str) -> SubscriptionFacts:
        return self._facts(self._subscriptions.retrieve(subscription_id, WHOLE))  # type: ignore[arg-type]

    def _facts(self, found: Any) -> SubscriptionFacts:
        """Read a subscription, and of one that is late whether its customer has to confirm."""
        latest = found.latest_invoice
        is_open = found.status in LATE and getattr(latest, "status", "") == "open"
        asks = is_open and self._waits_for_customer(latest.id)
        return subscription_facts(found, asks=asks)

    def _waits_for_customer(self, invoice_id: str) -> bool:
        wanted: Any = {"invoice": invoice_id, "expand": ["data.payment.payment_intent"]}
        tried = self._client.v1.invoice_payments.list(wanted).data
        intents = [getattr(each.payment, "payment_intent", None) for each in tried]
        return any(getattr(each, "status", "") == "requires_action" for each in intents)

    def subscriptions_of(self, customer_id: str) -> Sequence[SubscriptionFacts]:
        """List what a customer has, ended ones too, newest first.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is no such customer.
        """
        expand = [f"data.{name}" for name in WHOLE["expand"]]
        wanted: Any = {"customer": customer_id, "status": "all", "limit": 100, "expand": expand}
        with self._calling():
            listed = self._subscriptions.list(wanted)
            return [self._facts(each) for each in listed.auto_paging_iter()]

    def read_invoice(self, invoice_id: str) -> InvoiceFacts:
        """Read how an invoice stands.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is no such invoice.
        """
        with self._calling():
            return invoice_facts(self._client.v1.invoices.retrieve(invoice_id))

    def invoices_of(self, subscription_id: str) -> Sequence[InvoiceFacts]:
        """List the invoices of a subscription, newest first.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is no such subscription.
        """
        wanted: Any = {"subscription": subscription_id, "limit": 100}
        with self._calling():
            listed = self._client.v1.invoices.list(wanted)
            return [invoice_facts(each) for each in listed.auto_paging_iter()]

    def invoice_of_payment(self, payment_reference: str) -> InvoiceFacts | None:
        """Tell which invoice a payment was for; None when it was for none.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is no such payment.
        """
        payment = {"type": "payment_intent", "payment_intent": payment_reference}
        wanted: Any = {"payment": payment, "limit": 1}
        with self._calling():
            found = next(iter(self._client.v1.invoice_payments.list(wanted).data), None)
            if found is None:
                return None
            return invoice_facts(self._client.v1.invoices.retrieve(id_of(found.invoice)))

    def end_with_period(self, subscription_id: str, *, ends: bool) -> SubscriptionFacts:
        """Let a subscription end with its period, or go on after all; again changes nothing.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: it has ended already.
        """
        wanted: Any = {"cancel_at_period_end": ends, **WHOLE}
        with self._calling():
            return self._facts(self._subscriptions.update(subscription_id, wanted))

    def end_now(self, subscription_id: str) -> SubscriptionFacts:
        """End a subscription at once and read how it stands; again changes nothing.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is none of this name.
        """
        try:
            with self._calling():
                self._subscriptions.cancel(subscription_id)
        except GatewayRefused:  # it has ended already: what it is now is what counts
            return self.read_subscription(subscription_id)
        return self.read_subscription(subscription_id)

    def portal_url(
        self, customer_id: str, return_url: str, change: PlanChange | None = None
    ) -> str:
        """Open the portal of a customer, at the question whether a plan is to be changed if one is given.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is no such customer, or the portal is not set up.
        """
        wanted: Any = {"customer": customer_id, "return_url": return_url}
        if change is not None:
            wanted["flow_data"] = _flow(change, return_url)
        with self._calling():
            return self._client.v1.billing_portal.sessions.create(wanted).url

    @property
    def _subscriptions(self) -> "stripe.SubscriptionService":
        return self._client.v1.subscriptions


def _fits(price: Any, wanted: PriceWanted) -> bool:
    """Tell whether a price is what is wanted now."""
    rhythm = price.recurring
    found = (price.unit_amount, price.currency, getattr(rhythm, "interval", None))
    return found == (wanted.amount_minor, wanted.currency.lower(), wanted.rhythm) and (
        rhythm.interval_count == 1
    )


def _price_request(wanted: PriceWanted, product_id: str) -> dict[str, Any]:
    """Write the request for a new price; the lookup key goes over from an older one."""
    of_what: dict[str, Any] = (
        {"product": product_id} if product_id else {"product_data": {"name": wanted.name}}
    )
    return of_what | {
        "currency": wanted.currency.lower(),
        "unit_amount": wanted.amount_minor,
        "recurring": {"interval": wanted.rhythm},
        "tax_behavior": "inclusive",
        "lookup_key": wanted.lookup_key,
        "transfer_lookup_key": True,
        "metadata": {"plan": wanted.plan},
    }


def _price_key(request: dict[str, Any]) -> str:
    """Make the key of the request itself, so that the same wish twice makes one price."""
    return f"price-{hashlib.sha256(repr(sorted(request.items())).encode()).hexdigest()[:32]}"


def _flow(change: PlanChange, return_url: str) -> dict[str, Any]:
    item = {"id": change.item_id, "price": change.price_id, "quantity": 1}
    confirm = {"subscription": change.subscription_id, "items": [item]}
    return {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": confirm,
        "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
    }
