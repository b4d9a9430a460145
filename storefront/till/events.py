"""Record events and queue them for the webhook."""

from sqlalchemy import Select, exists, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storefront.till import errors
from storefront.till.event_types import EVENT_TYPES
from storefront.till.ledger import Json
from storefront.till.tables import deliveries, objects
from storefront.till.turn import Turn


def record(turn: Turn, kind: str, subject: Json, before: Json | None = None) -> Json:
    """Write down that something happened and queue its delivery.

    `before` is the object as it was: what changed becomes `previous_attributes`.

    Raises:
        KeyError: the list of the till's event types does not have it.
    """
    import stripe

    if kind not in EVENT_TYPES:
        raise KeyError(kind)
    data: Json = {"object": subject}
    if before is not None:
        data["previous_attributes"] = changed(before, subject)
    made = turn.ledger.add(
        "event",
        turn.moment,
        parent=subject["id"],
        type=kind,
        api_version=stripe.api_version,
        data=data,
        pending_webhooks=len(targets(turn, kind)),
        request={"id": turn.request_id, "idempotency_key": turn.idempotency_key},
    )
    queue(turn, made)
    turn.recorded.append(made["id"])
    return made


def queue(turn: Turn, event: Json) -> None:
    """Put an event in the outbox, due now, once for each place it goes to."""
    row = {
        "event": event["id"],
        "type": event["type"],
        "state": "waiting",
        "due_at": turn.moment,
    }
    for target in targets(turn, event["type"]):
        turn.ledger.connection.execute(insert(deliveries).values(**row, endpoint=target))


def targets(turn: Turn, kind: str) -> list[str | None]:
    """Name the endpoints that want this type; None is the shop of the settings."""
    wanted = select(objects.c.body).where(objects.c.kind == "webhook_endpoint")
    found = [
        endpoint["id"]
        for endpoint in turn.ledger.bodies(wanted.order_by(objects.c.seq))
        if endpoint["status"] == "enabled" and {"*", kind} & set(endpoint["enabled_events"])
    ]
    return [None, *found]


def changed(before: Json, after: Json) -> Json:
    """List the old values of what is different now."""
    return {key: value for key, value in before.items() if after.get(key) != value}


def filters(params: Json) -> list[ColumnElement[bool]]:
    """Turn the type and delivery filters of an event list into conditions."""
    if "type" in params and "types" in params:
        raise errors.invalid(
            "You may only specify one of these parameters: type, types.", "types"
        )
    if len(params.get("types", [])) > 20:
        raise errors.invalid("You may specify at most 20 types.", "types")
    where: list[ColumnElement[bool]] = []
    patterns = params.get("types") or ([params["type"]] if "type" in params else [])
    if patterns:
        where.append(or_(*(type_is(pattern) for pattern in patterns)))
    if "delivery_success" in params:
        waiting = exists(undelivered())
        where.append(~waiting if params["delivery_success"] else waiting)
    return where


def type_is(pattern: str) -> ColumnElement[bool]:
    """Match an event type, where * stands for anything."""
    named: ColumnElement[str] = objects.c.body["type"].as_string()
    if "*" not in pattern:
        return named == pattern
    return named.bool_op("GLOB")(pattern)


def undelivered() -> Select[tuple[int]]:
    """Select the deliveries of an event that have not arrived."""
    return select(deliveries.c.id).where(
        deliveries.c.event == objects.c.id, deliveries.c.state != "delivered"
    )
