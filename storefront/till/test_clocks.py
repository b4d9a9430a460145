"""Keep test clocks: customers who live by one, and time that is moved for them."""

from dataclasses import replace

from storefront.till import alarms, errors, events, timers
from storefront.till.endpoint import Endpoint, reads, same
from storefront.till.ledger import Json
from storefront.till.turn import Turn

KIND, URL = "test_helpers.test_clock", "/v1/test_helpers/test_clocks"
NAME = "test_helpers.TestClock"
LIVES_SECONDS = 30 * 24 * 60 * 60


def create(turn: Turn, params: Json) -> Json:
    """Make a clock that stands at a time."""
    made = turn.ledger.add(
        KIND,
        turn.now,
        deletes_after=turn.now + LIVES_SECONDS,
        frozen_time=params["frozen_time"],
        name=params.get("name"),
        status="ready",
        status_details={},
    )
    events.record(turn, "test_helpers.test_clock.created", made)
    return made


def advance(turn: Turn, params: Json, object_id: str) -> Json:
    """Move a clock forward, and do everything that comes due on the way.

    Raises:
        ApiError: the time is not after the clock's own.
    """
    clock = turn.ledger.get(object_id, KIND)
    wanted = params["frozen_time"]
    if wanted <= clock["frozen_time"]:
        message = "The frozen time must be after the clock's current frozen time."
        raise errors.invalid(message, "frozen_time")
    moving = {**clock, "status": "advancing"}
    moving["status_details"] = {"advancing": {"target_frozen_time": wanted}}
    events.record(turn, "test_helpers.test_clock.advancing", moving)
    timers.ring_due(replace(turn, till_now=turn.moment), wanted, object_id)
    clock = turn.ledger.change(clock, frozen_time=wanted)
    events.record(turn, "test_helpers.test_clock.ready", clock)
    return clock


def delete(turn: Turn, _params: Json, object_id: str) -> Json:
    """Take a clock away, and its customers and their subscriptions with it."""
    clock = turn.ledger.get(object_id, KIND)
    for kind in ("subscription", "customer"):
        for gone in turn.ledger.newest(kind, 1000, same("test_clock", object_id)):
            alarms.drop(turn, gone["id"])
            turn.ledger.remove(gone["id"])
    turn.ledger.remove(object_id)
    events.record(turn, "test_helpers.test_clock.deleted", clock)
    return {"id": object_id, "object": KIND, "deleted": True}


ENDPOINTS = (
    *reads(KIND, URL, NAME),
    Endpoint("POST", URL, f"{NAME}CreateParams", create),
    Endpoint("POST", f"{URL}/<object_id>/advance", f"{NAME}AdvanceParams", advance),
    Endpoint("DELETE", f"{URL}/<object_id>", f"{NAME}DeleteParams", delete),
)
