"""What is asked of Stripe for a membership: written once, stored whole, repeated byte for byte."""

from datetime import datetime
from typing import Any

from storefront.memberships.models import MembershipPlan


def join_request(
    plan: MembershipPlan, reference: str, *,
    email: str, customer_id: str, price_id: str, has_trial: bool, expires_at: datetime,
    success_url: str, cancel_url: str,
) -> dict[str, Any]:  # fmt: skip
    """Write the request for a page where a subscription is begun; a card is always asked for."""
    ours = {"membership": reference, "plan": plan.slug}
    data: dict[str, Any] = {"metadata": ours}
    if has_trial:
        data["trial_period_days"] = plan.trial_days
    who = {"customer": customer_id} if customer_id else {"customer_email": email}
    return who | {
        "mode": "subscription",
        "ui_mode": "hosted_page",
        "client_reference_id": reference,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "line_items": [{"price": price_id, "quantity": 1}],
        "payment_method_collection": "always",
        "subscription_data": data,
        "metadata": ours,
    }


def gift_request(
    plan: MembershipPlan, reference: str, *,
    email: str, name: str, expires_at: datetime, success_url: str, cancel_url: str,
) -> dict[str, Any]:  # fmt: skip
    """Write the request for a page where a gift is paid once."""
    ours = {"membership_gift": reference, "plan": plan.slug}
    price = {
        "currency": plan.currency.lower(),
        "unit_amount": plan.amount_minor,
        "tax_behavior": "inclusive",
        "product_data": {"name": name},
    }
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "client_reference_id": reference,
        "customer_email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "line_items": [{"price_data": price, "quantity": 1}],
        "adaptive_pricing": {"enabled": False},
        "payment_intent_data": {"metadata": ours},
        "metadata": ours,
    }
