"""Put the API, the pay pages and the till's own pages into one Flask application."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from storefront.till import api, control_pages, money, pay_pages, portal_pages
from storefront.till.desk import Desk
from storefront.till.sender import Sender
from storefront.till.settings import is_loopback

LARGEST_BODY = 1_000_000


def create_app(desk: Desk, sender: Sender) -> Flask:
    """Build the application that one till serves."""
    app = Flask("storefront.till", static_url_path="/till/static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["till"] = desk
    app.jinja_env.filters["money"] = money.shown
    app.jinja_env.filters["day"] = money.day
    app.before_request(refuse_strangers)
    app.after_request(lambda response: finished(sender, response))
    app.register_blueprint(api.blueprint(desk))
    app.register_blueprint(pay_pages.blueprint(desk, sender))
    app.register_blueprint(portal_pages.blueprint(desk))
    app.register_blueprint(control_pages.blueprint(desk))
    return app


def refuse_strangers() -> None:
    """Turn away other hosts' names, other sites' forms and oversized bodies."""
    if not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise Forbidden("The test till answers to this machine's own names only.")
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("The test till takes no forms from other sites.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge


def finished(sender: Sender, response: Response) -> Response:
    """Wake the sender after a change and set the headers every page has."""
    if request.method == "POST":
        sender.wake()
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
