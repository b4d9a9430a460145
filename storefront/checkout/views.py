"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("checkout", __name__)
