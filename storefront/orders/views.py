"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("orders", __name__)
