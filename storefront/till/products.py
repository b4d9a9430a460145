"""Keep products: make, read, change, delete."""

from storefront.till import errors, events, metadata
from storefront.till.endpoint import Endpoint, Work, reads
from storefront.till.ledger import Json
from storefront.till.tables import objects
from storefront.till.turn import Turn

KIND, URL = "product", "/v1/products"
COPIED = ("active", "description", "images", "shippable", "tax_code", "unit_label", "url")


def create(turn: Turn, params: Json) -> Json:
    """Make a product."""
    wanted = params.get("id")
    if wanted and turn.ledger.find(wanted):
        raise errors.invalid("Product already exists.", "id", code="resource_already_exists")
    if "default_price_data" in params:
        message = "This test till does not take default_price_data."
        raise errors.invalid(message, "default_price_data")
    made = add(turn, params, **({"id": wanted} if wanted else {}))
    events.record(turn, "product.created", made)
    return made


def add(turn: Turn, facts: Json, **values: object) -> Json:
    """Keep a product without telling of it, as a price's own."""
    return turn.ledger.add(
        KIND,
        turn.now,
        name=facts["name"],
        metadata=metadata.first(facts),
        type="service",
        updated=turn.now,
        **{"active": True} | {key: facts[key] for key in COPIED if key in facts} | values,
    )


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change what the request names."""
    before = turn.ledger.get(object_id, KIND)
    values: Json = {key: params[key] for key in (*COPIED, "name") if key in params}
    values |= {"metadata": metadata.merged(before, params), "updated": turn.now}
    after = turn.ledger.change(before, **values)
    events.record(turn, "product.updated", after, before=before)
    return after


def delete(turn: Turn, _params: Json, object_id: str) -> Json:
    """Take a product out that no price names.

    Raises:
        ApiError: it has prices.
    """
    gone = turn.ledger.get(object_id, KIND)
    if turn.ledger.newest("price", 1, objects.c.body["product"].as_string() == object_id):
        message = "This product cannot be deleted because it has one or more prices."
        raise errors.invalid(message, "id")
    events.record(turn, "product.deleted", gone)
    turn.ledger.remove(object_id)
    return {"id": object_id, "object": KIND, "deleted": True}


def only_ids(work: Work) -> Work:
    """Let a list be asked for by ids."""

    def listed(turn: Turn, params: Json) -> Json:
        wanted = params.get("ids")
        page: Json = work(turn, {**params, "limit": 100} if wanted else params)
        if wanted:
            page["data"] = [one for one in page["data"] if one["id"] in wanted]
        return page

    return listed


LIST, READ = reads(KIND, URL, "Product", "active", "shippable", "type", "url")
ENDPOINTS = (
    Endpoint("POST", URL, "ProductCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "ProductUpdateParams", update),
    Endpoint("DELETE", f"{URL}/<object_id>", "ProductDeleteParams", delete),
    Endpoint("GET", URL, LIST.params, only_ids(LIST.work)),
    READ,
)
