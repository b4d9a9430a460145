"""One shape for every error: a page for people, problem+json for programs."""

import json
import logging
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import escape
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadHost, HTTPException

from storefront import database, web
from storefront.caching import asset
from storefront.errors import Invalid, NotFound, ShopError, TooMany, Unavailable
from storefront.hooks import PageSection
from storefront.resources import PACKAGE

log = logging.getLogger(__name__)

SHOP_PAGE = "storefront/problem.html"
AWAY = (OperationalError, PoolTimeout)  # the database is busy, or not there at all
TITLES = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 410: "gone",
          413: "too_large", 415: "unsupported_media_type", 416: "range_not_satisfiable", 429: "too_many"}  # fmt: skip


def register(blueprint: Blueprint) -> None:
    """Turn everything foreseeable that goes wrong below a blueprint into an answer."""
    blueprint.register_error_handler(ShopError, answer)
    blueprint.register_error_handler(HTTPException, answer_http)
    for database_error in AWAY:
        blueprint.register_error_handler(database_error, answer_busy)
    for input_error in (DataError, StatementError, OverflowError, UnicodeError):
        blueprint.register_error_handler(input_error, answer_unstorable)


def answer(error: ShopError) -> Response:
    """Answer one of our own errors."""
    if web.wants_json():
        return as_json(error.status, error.code, error.title, error.detail, error)
    try:
        text = _written(error)
    except AWAY as away:  # no other handler looks after what is raised in this one
        return answer_busy(away)
    return _with_retry(Response(text, error.status), error)


def _written(error: ShopError) -> str:
    """Write the page of a problem; it asks the database for what every page shows."""
    template = _template()
    is_shops = template == SHOP_PAGE
    return render_template(
        template,
        **(web.page_context() | {"problem": error, "status": error.status}),
        sections=_ways_on() if is_shops and isinstance(error, NotFound) else [],
        again=_again() if isinstance(error, TooMany) else None,
    )


def _again() -> dict[str, Any]:
    """Keep what a form sent that came too often: its page, and its fields to be sent once more."""
    came, ours = request.referrer or "", request.host_url
    page = f"/{came.removeprefix(ours)}" if came.startswith(ours) else ""
    is_form = bool(request.form) and not request.files
    return {
        "back": web.local_url(request.form.get("next"), web.local_url(page, "")),
        "action": request.full_path.rstrip("?"),
        "fields": list(request.form.items(multi=True)) if is_form else [],
        "email": request.form.get("email", ""),
    }


def _template() -> str:
    """Give the page that tells of a problem; a blueprint may have its own (`problem_page`)."""
    room = current_app.blueprints.get(request.blueprint or "")
    return str(getattr(room, "problem_page", SHOP_PAGE))


def _ways_on() -> list[PageSection]:
    """Give the plugins' shortest way to what people look for, on a page that leads nowhere."""
    found = web.shop().hooks.home_sections(database.session(), web.visitor())
    return [section for section in found if section.key == "areas"]


def answer_http(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise; a redirect stays one."""
    if isinstance(error, BadHost):  # no page: without a host's name no address can be written
        return Response("This is not the name of a host.\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return Response(
            error.get_response().get_data(), error.code, error.get_response().headers
        )
    if error.code == 404:
        return answer(NotFound())
    if error.code == 500:
        return answer_broken(error)
    problem = ShopError(error.description)
    problem.status = error.code
    problem.code = TITLES.get(error.code, "error")
    problem.title = error.name
    response = answer(problem)
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range"}:
            response.headers[name] = value
    return response


def answer_broken(error: Exception) -> Response:
    """Answer our own faults with a file that needs neither templates nor the database."""
    del error  # it is in the log
    if web.wants_json():
        return as_json(500, "broken", "Something broke on our side", "Please try again later.")
    return Response(_still("500.html"), 500, headers={"Cache-Control": web.PRIVATE})


def _still(name: str) -> str:
    """Fill in a fixed page; it takes settings and addresses, no template and no database."""
    wanted = web.settings()
    facts = {
        "shop": wanted.shop_name, "support": wanted.support_email, "home": web.below("/"),
        "sheet": asset("style.css"), "icon": asset("favicon.svg"),
    }  # fmt: skip
    page = (PACKAGE / "static" / name).read_text("utf-8")
    return page.format_map({key: escape(fact) for key, fact in facts.items()})


def answer_busy(error: Exception) -> Response:
    """Answer that the database is busy or away, without asking it for anything more."""
    log.error("the database did not answer: %s", error)
    busy = Unavailable()
    if web.wants_json():
        return as_json(busy.status, busy.code, busy.title, busy.detail, busy)
    return _with_retry(Response(_still("503.html"), busy.status), busy)


def answer_unstorable(error: Exception) -> Response:
    """Answer input that passed every check and yet does not fit the database.

    Raises:
        DBAPIError: it is no input that was refused; the fault is ours and stays one.
    """
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        raise error
    log.warning("input was refused by the database", exc_info=error)
    database.session().rollback()  # PostgreSQL answers nothing more in a transaction that failed
    return answer(Invalid("Something in your text or numbers cannot be stored."))


def as_json(
    status: int, code: str, title: str, detail: str, error: ShopError | None = None
) -> Response:
    """Answer as problem+json (RFC 9457) with our `code`."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    body |= {"code": code, "detail": detail} | (error.facts if error else {})
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    return _with_retry(response, error)


def _with_retry(response: Response, error: ShopError | None) -> Response:
    if error is not None and error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    response.headers["Cache-Control"] = web.PRIVATE
    return response
