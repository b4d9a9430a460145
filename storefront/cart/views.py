"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("cart", __name__)
