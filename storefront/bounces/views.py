"""Where mail providers tell what came back."""

import logging
from functools import partial

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import DBAPIError

from storefront import clock, database, guards, web
from storefront.bounces import service, webhook
from storefront.errors import BadSignature, Invalid, Unavailable

log = logging.getLogger(__name__)

blueprint: Blueprint = web.blueprint("bounces", __name__)


@blueprint.post("/newsletter/bounces/<provider>")
@web.from_other_sites
def receive(provider: str) -> Response:
    """Write down what a provider tells, all of it or nothing; the same again changes nothing.

    Raises:
        Unavailable: it could not be written down; providers then tell it again.
    """
    raw, shop, now = request.get_data(), web.shop(), clock.now()
    settings = shop.settings
    try:
        webhook.check(provider, raw, request.headers.get(webhook.HEADER, ""), settings, now)
        told = webhook.notices(provider, guards.json_body(request, settings))
    except (BadSignature, Invalid) as problem:
        log.warning("a webhook of a mail provider was refused: %s", type(problem).__name__)
        return _answer(400, problem=problem.code)
    finders = shop.written_to
    take = partial(service.take, source="webhook", settings=settings, now=now, finders=finders)
    try:
        with database.transaction() as db:
            new = [take(db, notice) for notice in told]
    except DBAPIError as error:
        raise Unavailable from error
    return _answer(200, taken=len(told), new=sum(new))


def _answer(status: int, **facts: object) -> Response:
    answer = jsonify(facts)
    answer.status_code = status
    return answer
