"""Refuse session requests whose values break a rule the types cannot express."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from storefront.till import errors, metadata
from storefront.till.ledger import Json

HALF_HOUR, DAY = 30 * 60, 24 * 60 * 60
CURRENCY = re.compile(r"[a-z]{3}")
FOREIGN = ("optional_items", "setup_intent_data")  # to other modes or tills
PAYMENT_ONLY = (
    "customer_creation",
    "invoice_creation",
    "payment_intent_data",
    "shipping_options",
    "submit_type",
)
MOST_LINES = {"payment": 100, "subscription": 20}


def check(params: Json, now: int) -> None:
    """Hold a request against every rule.

    Raises:
        ApiError: the first rule it breaks.
    """
    for rule in (mode, capture, customer, addresses, lines, trial, shipping, discounts, texts):
        rule(params)
    expiry(params, now)


def mode(params: Json) -> None:
    """Take payments and subscriptions on the hosted page only."""
    if "mode" not in params:
        raise errors.missing_parameter("mode")
    if params["mode"] not in MOST_LINES:
        raise errors.invalid("This test till does not take mode=setup.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise errors.invalid("This test till takes ui_mode=hosted_page only.", "ui_mode")
    for name in FOREIGN:
        if name in params:
            raise errors.invalid(f"This test till does not take {name}.", name)
    wrong = PAYMENT_ONLY if params["mode"] == "subscription" else ("subscription_data",)
    for name in wrong:
        if name in params:
            raise errors.invalid(f"You can not pass `{name}` in `{params['mode']}` mode.", name)


def capture(params: Json) -> None:
    """Take the money at once."""
    if params.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise errors.invalid(
            "This test till captures at once.", "payment_intent_data[capture_method]"
        )


def customer(params: Json) -> None:
    """Take a customer, or an address for one, not both."""
    if "customer" in params:
        for name in ("customer_email", "customer_creation"):
            if name in params:
                message = f"You may only specify one of these parameters: customer, {name}."
                raise errors.invalid(message, "customer")
    elif "customer_update" in params:
        message = "`customer_update` can only be used with `customer`."
        raise errors.invalid(message, "customer_update")


def addresses(params: Json) -> None:
    """Ask for a success address and take only web addresses."""
    if "success_url" not in params:
        raise errors.missing_parameter("success_url")
    if "return_url" in params:
        raise errors.invalid(
            "`return_url` is not taken with ui_mode=hosted_page.", "return_url"
        )
    for name in ("success_url", "cancel_url"):
        if name in params and not is_web_address(params[name]):
            raise errors.invalid("Not a valid URL", name, code="url_invalid")


def is_web_address(text: str) -> bool:
    """Tell whether a text is an absolute http or https address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()


def lines(params: Json) -> None:
    """Ask for one to a hundred lines, or twenty in a subscription."""
    items = params.get("line_items") or []
    if not items:
        raise errors.missing_parameter("line_items")
    most = MOST_LINES[params["mode"]]
    if len(items) > most:
        raise errors.invalid(f"You may specify at most {most} line items.", "line_items")
    for place, item in enumerate(items):
        line(item, f"line_items[{place}]")


def line(item: Json, path: str) -> None:
    """Hold one line against the rules: one price, a quantity, whole amounts."""
    if ("price" in item) == ("price_data" in item):
        raise errors.invalid("Send exactly one of `price` and `price_data`.", path)
    if "price_data" in item:
        inline_price(item["price_data"], f"{path}[price_data]")
    if "quantity" not in item:
        raise errors.missing_parameter(f"{path}[quantity]")
    at_least(item["quantity"], 1, f"{path}[quantity]")


def inline_price(price: Json, path: str) -> None:
    """Hold a price written into a line against the rules."""
    if ("unit_amount" in price) == ("unit_amount_decimal" in price):
        raise errors.invalid("Send one of `unit_amount` and `unit_amount_decimal`.", path)
    if ("product" in price) == ("product_data" in price):
        raise errors.missing_parameter(f"{path}[product_data]")
    if not CURRENCY.fullmatch(price["currency"].lower()):
        raise errors.invalid("Invalid currency.", f"{path}[currency]")
    at_least(price.get("unit_amount", 0), 0, f"{path}[unit_amount]")


def at_least(number: int, least: int, path: str) -> None:
    """Refuse a number below the least one."""
    if number < least:
        raise errors.invalid(
            f"This value must be greater than or equal to {least}.",
            path,
            code="parameter_invalid_integer",
        )


def trial(params: Json) -> None:
    """Let a trial last from one day to two years."""
    data = params.get("subscription_data", {})
    if "trial_period_days" in data and "trial_end" in data:
        message = "You may only specify one of `trial_period_days` and `trial_end`."
        raise errors.invalid(message, "subscription_data[trial_period_days]")
    days = data.get("trial_period_days", 1)
    at_least(days, 1, "subscription_data[trial_period_days]")
    if days > 730:
        message = "The maximum number of trial period days is 730."
        raise errors.invalid(message, "subscription_data[trial_period_days]")


def shipping(params: Json) -> None:
    """Take at most five shipping options, each a rate or the facts of one."""
    options = params.get("shipping_options") or []
    if params.get("shipping_address_collection") == {"allowed_countries": []}:
        path = "shipping_address_collection[allowed_countries]"
        raise errors.invalid("Name at least one country.", path)
    if len(options) > 5:
        raise errors.invalid("You may specify at most 5 shipping options.", "shipping_options")
    for place, option in enumerate(options):
        path = f"shipping_options[{place}]"
        if ("shipping_rate" in option) == ("shipping_rate_data" in option):
            raise errors.invalid("Send one of `shipping_rate` and `shipping_rate_data`.", path)
        facts = option.get("shipping_rate_data", {"fixed_amount": {"amount": 0}})
        if "fixed_amount" not in facts:
            raise errors.missing_parameter(f"{path}[shipping_rate_data][fixed_amount]")
        amount_path = f"{path}[shipping_rate_data][fixed_amount][amount]"
        at_least(facts["fixed_amount"]["amount"], 0, amount_path)


def discounts(params: Json) -> None:
    """Take a promotion code field or one discount, not both."""
    given = params.get("discounts") or []
    if given and params.get("allow_promotion_codes"):
        raise errors.invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
            "allow_promotion_codes",
        )
    if len(given) > 1:
        raise errors.invalid("You may specify at most 1 discount.", "discounts")


def texts(params: Json) -> None:
    """Keep references and metadata within Stripe's lengths."""
    if len(params.get("client_reference_id", "")) > 200:
        raise errors.invalid("Must be at most 200 characters.", "client_reference_id")
    if "customer_email" in params and "@" not in params["customer_email"]:
        raise errors.invalid(
            f"Invalid email address: {params['customer_email']}",
            "customer_email",
            "email_invalid",
        )
    for path, found in metadata_in(params):
        metadata.check(found, path)


def metadata_in(params: Json) -> Iterator[tuple[str, Any]]:
    """Find every metadata group of a session request."""
    yield "metadata", params.get("metadata", {})
    intent = params.get("payment_intent_data", {})
    subscription = params.get("subscription_data", {})
    yield "subscription_data[metadata]", subscription.get("metadata", {})
    yield "payment_intent_data[metadata]", intent.get("metadata", {})
    for place, item in enumerate(params.get("line_items") or []):
        yield f"line_items[{place}][metadata]", item.get("metadata", {})


def expiry(params: Json, now: int) -> None:
    """Let a session live for 30 minutes to 24 hours."""
    lives = params.get("expires_at", now + DAY) - now
    if lives > DAY:
        raise errors.invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session"
            " creation.",
            "expires_at",
        )
    if lives < HALF_HOUR:
        raise errors.invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session"
            " creation.",
            "expires_at",
        )
