"""Keep prices: make, read, change, find by lookup key."""

from fractions import Fraction

from sqlalchemy import or_

from storefront.till import amounts, errors, events, metadata, paging, products
from storefront.till.endpoint import Endpoint, read, same
from storefront.till.ledger import Json
from storefront.till.paging import Page
from storefront.till.tables import objects
from storefront.till.turn import Turn

KIND, URL = "price", "/v1/prices"
NOT_TAKEN = (
    "currency_options",
    "custom_unit_amount",
    "tiers",
    "tiers_mode",
    "transform_quantity",
)
FILTERS = ("active", "currency", "product", "type")


def create(turn: Turn, params: Json) -> Json:
    """Make a price of a product, or of a new one."""
    for name in NOT_TAKEN:
        if name in params:
            raise errors.invalid(f"This test till does not take {name}.", name)
    if ("product" in params) == ("product_data" in params):
        raise errors.invalid("Send one of `product` and `product_data`.", "product")
    if "product" in params:
        product = turn.ledger.get(params["product"], products.KIND, "product")
    else:
        product = products.add(turn, params["product_data"])
    take_key(turn, params)
    made = add(turn, params, unit_amount(params, "unit_amount"), product["id"])
    events.record(turn, "price.created", made)
    return made


def add(turn: Turn, facts: Json, unit: Fraction, product_id: str) -> Json:
    """Keep a price without telling of it, as a session's own."""
    recurring = facts.get("recurring")
    return turn.ledger.add(
        KIND,
        turn.now,
        active=facts.get("active", True),
        billing_scheme="per_unit",
        currency=facts["currency"].lower(),
        lookup_key=facts.get("lookup_key"),
        metadata=metadata.first(facts),
        nickname=facts.get("nickname"),
        product=product_id,
        recurring=rhythm(recurring) if recurring else None,
        tax_behavior=facts.get("tax_behavior", "unspecified"),
        type="recurring" if recurring else "one_time",
        unit_amount=int(unit) if unit.denominator == 1 else None,
        unit_amount_decimal=str(facts.get("unit_amount_decimal", facts.get("unit_amount"))),
    )


def rhythm(sent: Json) -> Json:
    """Fill in how often a price comes due."""
    return {
        "interval": sent["interval"],
        "interval_count": sent.get("interval_count", 1),
        "meter": None,
        "trial_period_days": sent.get("trial_period_days"),
        "usage_type": "licensed",
    }


def unit_amount(facts: Json, path: str) -> Fraction:
    """Read the price of one piece, which may have decimals.

    Raises:
        ApiError: there is none, or two, or it is below nothing.
    """
    if ("unit_amount" in facts) == ("unit_amount_decimal" in facts):
        raise errors.invalid("Send one of `unit_amount` and `unit_amount_decimal`.", path)
    given = facts["unit_amount" if "unit_amount" in facts else "unit_amount_decimal"]
    try:
        unit = Fraction(given) if isinstance(given, int) else amounts.exact(given)
    except ValueError as error:
        raise errors.invalid(f"Invalid decimal: {given}", path) from error
    if unit < 0:
        raise errors.invalid("Invalid non-negative decimal.", path)
    return unit


def take_key(turn: Turn, params: Json) -> None:
    """Give a lookup key to one price only, or take it from the one that has it."""
    key = params.get("lookup_key")
    holders = turn.ledger.newest(KIND, 1, same("lookup_key", key)) if key else []
    for holder in holders:
        if not params.get("transfer_lookup_key"):
            raise errors.invalid(
                f"A price (`{holder['id']}`) already uses that lookup key.", "lookup_key"
            )
        turn.ledger.change(holder, lookup_key=None)


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change what may be changed of a price."""
    before = turn.ledger.get(object_id, KIND)
    if params.get("lookup_key") != before["lookup_key"]:
        take_key(turn, params)
    names = ("active", "lookup_key", "nickname", "tax_behavior")
    values: Json = {name: params[name] or None for name in names[1:] if name in params}
    values["active"] = params.get("active", before["active"])
    after = turn.ledger.change(before, metadata=metadata.merged(before, params), **values)
    events.record(turn, "price.updated", after, before=before)
    return after


def listed(turn: Turn, params: Json) -> Json:
    """Answer the newest prices first, filtered also by lookup keys."""
    where = [same(name, params[name]) for name in FILTERS if name in params]
    if "recurring" in params:
        where.append(same("recurring", params["recurring"]))
    if "lookup_keys" in params:
        keys = params["lookup_keys"]
        if len(keys) > 10:
            raise errors.invalid("You may specify at most 10 lookup keys.", "lookup_keys")
        where.append(or_(*(objects.c.body["lookup_key"].as_string() == key for key in keys)))
    return paging.listing(turn.ledger, Page(KIND, URL, params, where))


ENDPOINTS = (
    Endpoint("POST", URL, "PriceCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "PriceUpdateParams", update),
    Endpoint("GET", URL, "PriceListParams", listed),
    Endpoint("GET", f"{URL}/<object_id>", "PriceRetrieveParams", read(KIND)),
)
