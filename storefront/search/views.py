"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("search", __name__)
