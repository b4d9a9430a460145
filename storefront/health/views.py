"""For machines: is it alive, is it ready, what is there to crawl."""

from xml.sax.saxutils import escape

from flask import Response, current_app, url_for
from sqlalchemy import text

from storefront import database, migrate, web
from storefront.catalog import documents
from storefront.pages import addresses as pages

blueprint = web.blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that this process answers; asks nobody else."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether the database answers and its tables are the newest; 503 when not."""
    database.session().execute(text("SELECT 1"))
    current, head = migrate.status(current_app.extensions["sqlalchemy"].engine)
    if current == head:
        return Response("ready\n", mimetype="text/plain")
    return Response("the tables are not at the newest revision\n", 503, mimetype="text/plain")


@blueprint.get("/robots.txt")
@web.public_page
def robots() -> Response:
    """Tell crawlers where not to go, and where the map is."""
    prefix = web.settings().url_prefix
    private = ("/cart", "/checkout", "/orders/", "/search", "/gated/", "/newsletter/", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in private)]
    lines.append(
        f"Allow: {prefix}/newsletter/archive/"
    )  # letters that may be found say so themselves
    lines.append(f"Sitemap: {web.absolute(url_for('.sitemap'))}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@web.public_page
def sitemap() -> Response:
    """List every public page, ours and the plugins'."""
    db = database.session()
    paths = [*documents.paths(db), *pages.paths(db), *web.shop().hooks.sitemap_entries(db)]
    base = web.settings().origin + web.settings().url_prefix
    places = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in paths)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    )
    return Response(body, mimetype="application/xml")
