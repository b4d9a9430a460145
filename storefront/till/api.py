"""Answer the Stripe API: authorise, check, do the work once, word the answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from storefront.till import contract, expand, forms, idempotency, ids
from storefront.till.desk import Desk
from storefront.till.endpoint import Endpoint
from storefront.till.endpoints import ENDPOINTS
from storefront.till.errors import ApiError
from storefront.till.idempotency import Answer
from storefront.till.ledger import Json
from storefront.till.settings import KEY_START
from storefront.till.turn import Turn

BROKEN = ApiError("An unknown error occurred.", status=500, kind="api_error", executed=True)


def blueprint(desk: Desk) -> Blueprint:
    """Put every endpoint under its path."""
    pages = Blueprint("api", __name__)
    for place, endpoint in enumerate(ENDPOINTS):
        pages.add_url_rule(
            endpoint.path,
            f"endpoint_{place}",
            view_of(desk, endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    pages.add_url_rule("/v1/", "nowhere", unknown, methods=methods)
    pages.add_url_rule("/v1/<path:rest>", "unknown", unknown, methods=methods)
    return pages


def view_of(desk: Desk, endpoint: Endpoint) -> Any:
    """Wrap an endpoint's work as a view."""

    def view(**path: str) -> Response:
        request_id = ids.new("request")
        try:
            authorise()
            refuse_by_fault(desk)
            answer = answered(desk, endpoint, path, request_id)
        except ApiError as error:
            answer = Answer(error.status, error.envelope(request_id), request_id)
        return respond(answer, request_id)

    return view


def unknown(rest: str = "") -> Response:
    """Say that the till has no such address."""
    request_id = ids.new("request")
    path = f"{request.method}: /v1/{rest}"
    error = ApiError(f"Unrecognized request URL ({path}).", status=404)
    return respond(Answer(404, error.envelope(request_id), request_id), request_id)


def authorise() -> None:
    """Let any till key in.

    Raises:
        ApiError: there is no key, or it is not one of the till's.
    """
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise ApiError("You did not provide an API key.", status=401)
    if not key.startswith(KEY_START):
        shown = key[:8] + "*" * 8
        raise ApiError(
            f"Invalid API Key provided: {shown}. A test till key begins with {KEY_START}",
            status=401,
        )


def refuse_by_fault(desk: Desk) -> None:
    """Answer 409 or 429 before any work if a switch says so."""
    if desk.faults.take("conflict", path=request.path):
        raise idempotency.in_use(request.headers.get("Idempotency-Key", ""))
    if desk.faults.take("too_many", path=request.path):
        raise ApiError("Too many requests.", status=429, code="rate_limit")


def answered(desk: Desk, endpoint: Endpoint, path: dict[str, str], request_id: str) -> Answer:
    """Do the work of a request, once for each Idempotency-Key."""
    writing = endpoint.method == "POST"
    encoded = (
        request.get_data(as_text=True)
        if writing
        else request.query_string.decode(errors="replace")
    )
    params = contract.check(endpoint.params, forms.decode(encoded))
    key = request.headers.get("Idempotency-Key") if writing else None
    if key is not None and not 1 <= len(key) <= 255:
        raise ApiError("An idempotency key takes 1 to 255 characters.")
    print_ = idempotency.fingerprint(request.method, request.path, encoded)
    if endpoint.path.endswith("/expire") and desk.faults.take("expire_race", path=request.path):
        desk.meeting.wait_for_payment(path["object_id"])
    with desk.running.hold(key), slowed(desk), desk.turn(request_id, key) as turn:
        answer = idempotency.recall(turn.ledger, key, print_, turn.now)
        if answer is None:
            answer = performed(desk, endpoint, params, path, turn)
            idempotency.keep(turn.ledger, key, print_, answer, turn.now)
    return answer


@contextmanager
def slowed(desk: Desk) -> Iterator[None]:
    """Hold the answer back, once the work is committed, if a switch says so."""
    try:
        yield
    finally:
        desk.closing.wait(desk.faults.seconds("slow", path=request.path))


def performed(
    desk: Desk, endpoint: Endpoint, params: Json, path: dict[str, str], turn: Turn
) -> Answer:
    """Do the work; undo it and answer the refusal if it is refused on the way."""
    request_id = turn.request_id or ""
    wanted = params.pop("expand", [])
    point = turn.ledger.connection.begin_nested()
    try:
        body = endpoint.work(turn, params, **path)
        body = expand.expanded(turn.ledger, body, wanted)
    except ApiError as error:
        point.rollback()
        if not error.executed:
            raise
        return Answer(error.status, error.envelope(request_id), request_id)
    point.commit()
    if endpoint.method == "POST" and desk.faults.take("fail_after_commit", path=request.path):
        return Answer(500, BROKEN.envelope(request_id), request_id)
    return Answer(200, body, request_id)


def respond(answer: Answer, request_id: str) -> Response:
    """Put an answer and Stripe's headers in a response, or cut the line."""
    import stripe

    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Request-Id"] = request_id
    response.headers["Stripe-Version"] = request.headers.get(
        "Stripe-Version", stripe.api_version
    )
    if key := request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = key
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.request_id
    desk: Desk = current_app.extensions["till"]
    cut = request.method == "POST" and answer.status < 300 and not answer.replayed
    if cut and desk.faults.take("cut_after_commit", path=request.path):
        cut_the_line()
    return response


def cut_the_line() -> None:
    """Close the caller's connection without an answer."""
    line: socket.socket | None = request.environ.get("werkzeug.socket")
    if line is not None:
        line.shutdown(socket.SHUT_RDWR)
