"""The JSON API: products, search, checkout and orders."""

from flask import Response, current_app, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.api import spec
from storefront.api.schemas import HitAnswer, ProductAnswer, ProductsAnswer, SearchAnswer
from storefront.api.spec import Operation, operation
from storefront.catalog import pages as catalog
from storefront.catalog import renaming
from storefront.catalog.filters import Wish
from storefront.errors import Invalid, NotFound
from storefront.search import service as search

blueprint = web.blueprint("api", __name__)

LONGEST_QUERY = 100
MOST_HITS = 12


@blueprint.get("/openapi.json")
@web.public_page
def openapi() -> Response:
    """Describe the API."""
    return jsonify(spec.document(current_app))


@blueprint.get("/api/v1/products")
@web.public_page
@operation(
    Operation("List products", ProductsAnswer, query={"page": spec.PAGE}, problems=(404,))
)
def products() -> Response:
    """List the products in the shop's order."""
    shelf = catalog.listings(database.session(), Wish(page=guards.page_number(request)))
    items = [ProductAnswer.of(product) for product in shelf.products]
    return spec.send(
        ProductsAnswer(items=items, page=shelf.page, pages=shelf.pages, total=shelf.total)
    )


@blueprint.get("/api/v1/products/<slug>")
@web.public_page
@operation(Operation("Show a product", ProductAnswer, problems=(404,)))
def product(slug: str) -> AnyResponse:
    """Show one product with its variants; a name that it had before leads to it."""
    db = database.session()
    try:
        return spec.send(ProductAnswer.of(catalog.find_product(db, slug)))
    except NotFound:
        now = renaming.moved_to(db, "product", slug)
        if now is None:
            raise
        return redirect(url_for(".product", slug=now), 301)


@blueprint.get("/api/v1/search")
@web.public_page
@operation(
    Operation(
        "Search products, routines and articles", SearchAnswer, required=("q",),
        query={"q": spec.TEXT | {"maxLength": LONGEST_QUERY}},
    )
)  # fmt: skip
def found() -> Response:
    """Find by words; usual misspellings are mended."""
    query = request.args.get("q")
    if query is None or len(query) > LONGEST_QUERY:
        message = f"Ask with q, in at most {LONGEST_QUERY} characters."
        raise Invalid(message, fields={"q": message})
    results = search.find(database.session(), query, limit=MOST_HITS, base=web.below(""))
    return spec.send(
        SearchAnswer(
            query=query, total=results.total, did_you_mean=results.did_you_mean,
            results=[HitAnswer.of(hit) for hit in results.hits],
        )
    )  # fmt: skip
