"""The pages of this room."""

from flask import Response

from storefront import database, web
from storefront.catalog import service

blueprint = web.blueprint("catalog", __name__)


@blueprint.get("/shop/<slug>")
@web.public_page
def product_page(slug: str) -> Response:
    """Show one product and what plugins have to say of it."""
    db = database.session()
    product = service.find_product(db, slug)
    sections = web.shop().hooks.product_sections(db, web.visitor(), product)
    return web.page("storefront/product.html", product=product, sections=sections)
