"""Refuse session requests whose values break a rule the types cannot express."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from storefront.till import errors
from storefront.till.ledger import Json

HALF_HOUR, DAY = 30 * 60, 24 * 60 * 60
CURRENCY = re.compile(r"[a-z]{3}")
FOREIGN = (
    "optional_items",
    "setup_intent_data",
    "subscription_data",
)  # to other modes or tills


def check(params: Json, now: int) -> None:
    """Hold a request against every rule.

    Raises:
        ApiError: the first rule it breaks.
    """
    for rule in (mode, addresses, lines, shipping, discounts, texts):
        rule(params)
    expiry(params, now)


def mode(params: Json) -> None:
    """Take one-off payments on the hosted page only."""
    if "mode" not in params:
        raise errors.missing_parameter("mode")
    if params["mode"] != "payment":
        raise errors.invalid("This test till takes mode=payment only.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise errors.invalid("This test till takes ui_mode=hosted_page only.", "ui_mode")
    for name in FOREIGN:
        if name in params:
            raise errors.invalid(f"This test till does not take {name}.", name)
    if params.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise errors.invalid(
            "This test till captures at once.", "payment_intent_data[capture_method]"
        )
    if "customer" in params:
        raise errors.missing("customer", params["customer"], "customer", status=400)


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
    """Ask for one to a hundred lines in one currency."""
    items = params.get("line_items") or []
    if not items:
        raise errors.missing_parameter("line_items")
    if len(items) > 100:
        raise errors.invalid("You may specify at most 100 line items.", "line_items")
    for place, item in enumerate(items):
        line(item, f"line_items[{place}]")
    currencies = {item["price_data"]["currency"].lower() for item in items}
    if len(currencies) > 1:
        raise errors.invalid("All line items must have the same currency.", "line_items")


def line(item: Json, path: str) -> None:
    """Hold one line against the rules: an inline price, a quantity, whole amounts."""
    if "price" in item and "price_data" not in item:
        raise errors.missing("price", item["price"], f"{path}[price]", status=400)
    if "price" in item or "price_data" not in item:
        raise errors.invalid("Send exactly one of `price` and `price_data`.", path)
    price = item["price_data"]
    if ("unit_amount" in price) == ("unit_amount_decimal" in price):
        raise errors.invalid("Send one of `unit_amount` and `unit_amount_decimal`.", path)
    if "recurring" in price:
        raise errors.invalid("mode=payment takes one-time prices only.", f"{path}[price_data]")
    if "product_data" not in price:
        raise errors.missing_parameter(f"{path}[price_data][product_data]")
    if not CURRENCY.fullmatch(price["currency"].lower()):
        raise errors.invalid("Invalid currency.", f"{path}[price_data][currency]")
    at_least(price.get("unit_amount", 0), 0, f"{path}[price_data][unit_amount]")
    if "quantity" not in item:
        raise errors.missing_parameter(f"{path}[quantity]")
    at_least(item["quantity"], 1, f"{path}[quantity]")


def at_least(number: int, least: int, path: str) -> None:
    """Refuse a number below the least one."""
    if number < least:
        raise errors.invalid(
            f"This value must be greater than or equal to {least}.",
            path,
            code="parameter_invalid_integer",
        )


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
        metadata(found, path)


def metadata_in(params: Json) -> Iterator[tuple[str, Any]]:
    """Find every metadata group of a session request."""
    yield "metadata", params.get("metadata", {})
    intent = params.get("payment_intent_data", {})
    yield "payment_intent_data[metadata]", intent.get("metadata", {})
    for place, item in enumerate(params.get("line_items") or []):
        yield f"line_items[{place}][metadata]", item.get("metadata", {})


def metadata(found: Any, path: str) -> None:
    """Hold metadata against Stripe's limits: 50 keys of 40 letters, values of 500."""
    pairs = found.items() if isinstance(found, dict) else ()
    if len(pairs) > 50:
        raise errors.invalid("Metadata takes at most 50 keys.", path)
    for key, value in pairs:
        if len(key) > 40 or len(value) > 500:
            raise errors.invalid(
                "Metadata keys take at most 40 characters and values 500.", f"{path}[{key}]"
            )


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
