"""Keep webhook endpoints: where events go beside the shop of the settings."""

from urllib.parse import urlsplit

from storefront.till import errors, ids, metadata
from storefront.till.endpoint import Endpoint, reads
from storefront.till.ledger import Json
from storefront.till.session_rules import is_web_address
from storefront.till.settings import is_loopback
from storefront.till.turn import Turn

KIND, URL = "webhook_endpoint", "/v1/webhook_endpoints"


def create(turn: Turn, params: Json) -> Json:
    """Make an endpoint; its secret is shown this once."""
    if params.get("connect"):
        raise errors.invalid("This test till does not take connect.", "connect")
    secret = f"whsec_{ids.new('request')[4:]}"
    made = turn.ledger.add(
        KIND,
        turn.now,
        notes={"secret": secret},
        api_version=params.get("api_version"),
        description=params.get("description") or None,
        enabled_events=params["enabled_events"],
        metadata=metadata.first(params),
        status="enabled",
        url=address(params["url"]),
    )
    return {**made, "secret": secret}


def update(turn: Turn, params: Json, object_id: str) -> Json:
    """Change an endpoint, or switch it off and on."""
    before = turn.ledger.get(object_id, KIND)
    values: Json = {"metadata": metadata.merged(before, params)}
    if "url" in params:
        values["url"] = address(params["url"])
    if "disabled" in params:
        values["status"] = "disabled" if params["disabled"] else "enabled"
    for name in ("enabled_events", "description"):
        if name in params:
            values[name] = params[name]
    return turn.ledger.change(before, **values)


def delete(turn: Turn, _params: Json, object_id: str) -> Json:
    """Take an endpoint away."""
    turn.ledger.get(object_id, KIND)
    turn.ledger.remove(object_id)
    return {"id": object_id, "object": KIND, "deleted": True}


def address(url: str) -> str:
    """Take only addresses of this machine: the till sends nowhere else.

    Raises:
        ApiError: it is no web address, or another machine's.
    """
    if not is_web_address(url):
        raise errors.invalid("Invalid URL: An explicit scheme must be provided.", "url")
    if not is_loopback(urlsplit(url).hostname or ""):
        raise errors.invalid("This test till sends to addresses of this machine only.", "url")
    return url


ENDPOINTS = (
    *reads(KIND, URL, "WebhookEndpoint"),
    Endpoint("POST", URL, "WebhookEndpointCreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>", "WebhookEndpointUpdateParams", update),
    Endpoint("DELETE", f"{URL}/<object_id>", "WebhookEndpointDeleteParams", delete),
)
